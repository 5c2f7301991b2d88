/* Compiler attributes and the small macros every room uses. */
#ifndef TUCK_BASE_ATTR_H
#define TUCK_BASE_ATTR_H

#include <stddef.h>
#include <unistd.h>

#define PRINTF_LIKE(fmt, args) __attribute__((format(printf, fmt, args)))
#define MUST_CHECK __attribute__((warn_unused_result))
#define CLEANUP(fn) __attribute__((cleanup(fn)))
#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

/* Hands a handle over: reads the variable and leaves NULL, so that its cleanup
 * attribute finds nothing to do. */
#define take(var)                                                                      \
    __extension__({                                                                    \
        __typeof__(var) take_value = (var);                                            \
        (var) = NULL;                                                                  \
        take_value;                                                                    \
    })

/* For CLEANUP of a file descriptor; -1 is fine. */
static inline void
fd_closep(int *fd)
{
    if (*fd >= 0)
        close(*fd);
}

#endif
