/* To decode a four-byte character, musl's iconv() counts those of its 23,940 two-byte characters that lie before it, and
   counts anew for as long as that moves it: a quarter of a second for each character. The 80 kB here take more than an hour. */
#include <iconv.h>
#include <stdio.h>

enum { CHARACTERS = 20000 };

int main(void)
{
    static char input[4 * CHARACTERS], output[4 * CHARACTERS];
    char *in = input, *out = output;
    size_t in_left = sizeof input, out_left = sizeof output;

    /* U+9FA6, the first ideograph that has four bytes. */
    for (size_t i = 0; i < sizeof input; i++)
        input[i] = "\x82\x35\x8f\x33"[i % 4];

    iconv_t converter = iconv_open("UTF-8", "GB18030");
    if (converter == (iconv_t)-1) {
        perror("iconv_open");
        return 2;
    }
    if (iconv(converter, &in, &in_left, &out, &out_left) == (size_t)-1) {
        perror("iconv");
        return 2;
    }
    printf("%td bytes of UTF-8\n", out - output);
    return 0;
}
