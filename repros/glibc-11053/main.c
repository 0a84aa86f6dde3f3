/* glibc bug 11053: a back-reference to a group that took no part in the match. regexec() backtracks, to find out what the
   groups matched, further than it has noted alternatives, and pops what was never pushed. */
#include <regex.h>
#include <stdio.h>

int main(void)
{
    regex_t regex;
    regmatch_t groups[2];

    if (regcomp(&regex, "(^)?\\1", REG_EXTENDED) != 0)
        return 2;

    int error = regexec(&regex, "", 2, groups, 0);
    printf("regexec: %s\n", error == 0 ? "match" : error == REG_NOMATCH ? "no match" : "error");
    regfree(&regex);
    return 0;
}
