/* Sized structs: what a host of another age fills and wants filled. Inside abi/. */
#ifndef TUCK_ABI_SIZED_H
#define TUCK_ABI_SIZED_H

#include "base/status.h"

#include <stddef.h>
#include <stdint.h>

/* Copies a host's struct, whose first member is its uint32_t size, to ours of `ours`
 * bytes: what it lacks is zero. STATUS_TOO_NEW when it is longer and its tail is not
 * zero, STATUS_BAD_CALL when it is NULL or shorter than `least`. */
enum status sized_in(const void *theirs, void *to, size_t ours, size_t least);

/* Copies ours out, as much as the host's struct has room for; its size stays as the host
 * wrote it and what lies beyond ours becomes zero. */
enum status sized_out(const void *from, size_t ours, void *theirs);

#endif
