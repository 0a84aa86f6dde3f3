/* Says what the runner would say, with right checksums, on every way out that it can find. */
#include "hostile.h"
#include "../../../dockerfiles/container/runner/frame.h"

static int harm(void)
{
	unsigned char frames[2 * FRAME_HEADER + 72 + 8] = {0};
	char path[64];
	int reached = 0;
	crc_prepare();
	put32(frames + FRAME_HEADER, 1);
	frame_header(frames, 72, 0x83, 2);
	put32(frames + 2 * FRAME_HEADER + 72, 1);
	put32(frames + 2 * FRAME_HEADER + 76, 24);
	frame_header(frames + FRAME_HEADER + 72, 8, 0x84, 3);
	for (int i = 0; i < 64; i++) {
		snprintf(path, sizeof path, "/proc/1/fd/%d", i);
		int file = open(path, O_WRONLY | O_NONBLOCK);
		reached |= file >= 0;
		if (file >= 0 && write(file, frames, sizeof frames) > 0)
			reached = 1;
	}
	for (int stream = 1; stream <= 2; stream++)
		if (write(stream, frames, sizeof frames) != sizeof frames)
			return 9;
	return reached ? 9 : 7;
}
