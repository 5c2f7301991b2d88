/* The folder as a printer: a file is written beside, synced and renamed, so that who
 * watches the folder sees a whole sheet or none, also after a power cut. */
#include "printer/printer.h"

#include "base/attr.h"
#include "base/hash.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static enum status
trouble(struct notes *notes, const char *dir, const char *what)
{
    return note_fail(notes, STATUS_OUTSIDE, NOTE_DROP_FAILED, dir, 0, "%s: %s", what,
                     strerrordesc_np(errno));
}

static bool
write_all(int fd, const char *bytes, size_t n)
{
    while (n > 0) {
        ssize_t written = write(fd, bytes, n);
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            return false;
        bytes += written;
        n -= (size_t)written;
    }
    return true;
}

static enum status
open_dir(const char *dir, struct notes *notes, int *ret)
{
    if (mkdir(dir, 0777) != 0 && errno != EEXIST)
        return trouble(notes, dir, "the folder cannot be made");
    *ret = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    return *ret < 0 ? trouble(notes, dir, "this is not a folder to write to") : STATUS_OK;
}

/* A name beside the file's own that nobody else writes to, also not another machine that
 * shares the folder. */
static bool
name_beside(const char *name, char *out, size_t room)
{
    uint64_t random = 0;
    hash_random(&random, sizeof(random));
    int n = snprintf(out, room, ".%s.%016llx", name, (unsigned long long)random);
    bool is_name = name[0] && !strchr(name, '/') && strcmp(name, ".") != 0 &&
                   strcmp(name, "..") != 0;
    return is_name && n > 0 && n <= NAME_MAX;
}

enum status
printer_drop(const char *dir, const char *name, const void *bytes, size_t n,
             struct notes *notes)
{
    int dir_fd CLEANUP(fd_closep) = -1;
    int fd CLEANUP(fd_closep) = -1;
    char beside[NAME_MAX + 1];
    if (!name_beside(name, beside, sizeof(beside)))
        return note_fail(notes, STATUS_BAD_CALL, NOTE_DROP_FAILED, dir, 0,
                         "\"%.60s\" is not a file's name", name);
    enum status status = open_dir(dir, notes, &dir_fd);
    if (status != STATUS_OK)
        return status;
    fd = openat(dir_fd, beside, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW,
                0666);
    if (fd < 0)
        return trouble(notes, dir, "no file can be made here");
    if (write_all(fd, bytes, n) && fsync(fd) == 0 &&
        renameat(dir_fd, beside, dir_fd, name) == 0 && fsync(dir_fd) == 0)
        return STATUS_OK;
    status = trouble(notes, dir, "the file could not be written");
    unlinkat(dir_fd, beside, 0);
    return status;
}
