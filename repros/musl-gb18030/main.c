/* iconv() from GB18030 finds a four-byte character by walking through its whole two-byte table, once more for each of the
   other characters that it meets on the way. A text of 80 kB takes minutes, in which a server that converts it does nothing else. */
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
