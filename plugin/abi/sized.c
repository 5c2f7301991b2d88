/* Sized structs, copied in and out with care for hosts built against other headers.
 *
 * A host's struct may be shorter than ours (an old host) or longer (a newer one). Nothing
 * is read or written beyond the size that it states. */
#include "abi/sized.h"

#include <string.h>

#define SIZE_SANE 4096 /* no struct of ours comes near; a larger size is rubbish */

enum status
sized_in(const void *theirs, void *to, size_t ours, size_t least)
{
    uint32_t size = 0;
    if (!theirs)
        return STATUS_BAD_CALL;
    memcpy(&size, theirs, sizeof(size));
    if (size < least || size > SIZE_SANE)
        return STATUS_BAD_CALL;
    for (size_t i = ours; i < size; i++)
        if (((const unsigned char *)theirs)[i] != 0)
            return STATUS_TOO_NEW;
    memset(to, 0, ours);
    memcpy(to, theirs, size < ours ? size : ours);
    return STATUS_OK;
}

enum status
sized_out(const void *from, size_t ours, void *theirs)
{
    uint32_t size = 0;
    if (!theirs)
        return STATUS_BAD_CALL;
    memcpy(&size, theirs, sizeof(size));
    if (size < sizeof(size) || size > SIZE_SANE)
        return STATUS_BAD_CALL;
    memset(theirs, 0, size);
    memcpy(theirs, from, size < ours ? size : ours);
    memcpy(theirs, &size, sizeof(size));
    return STATUS_OK;
}
