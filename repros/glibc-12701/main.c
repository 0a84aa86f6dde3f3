/* glibc bug 12701: scanf takes input that is a prefix of a number, but no number, for a zero. "0x" must be followed by a
   hexadecimal digit, an exponent's "e" by a decimal one; C wants a matching failure otherwise (7.23.6.2 of C23). */
#include <stdio.h>

int main(void)
{
    static const struct {
        const char *input, *format;
    } cases[] = {{"0xg", "%i"}, {"0xg", "%x"}, {"0x.g", "%f"}, {"1e+g", "%f"}};
    int wrong = 0;

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        union {
            unsigned integer;
            float real;
        } value;
        int converted = sscanf(cases[i].input, cases[i].format, &value);

        printf("sscanf(\"%s\", \"%s\") converted %d\n", cases[i].input, cases[i].format, converted);
        wrong += converted != 0;
    }
    return wrong;
}
