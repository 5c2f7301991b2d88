/* dir:/path – a folder that another system prints from.
 *
 * A sheet is dropped whole or not at all, called after its job, so that the same job sent
 * twice is one file. Whether the other system has taken it is not ours to know: a file
 * that was put there counts as printed. */
#include "printer/driver.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define NAME_ROOM 200

static const char *
folder_of(const struct printer *printer)
{
    const char *path = printer->uri + strlen("dir:");
    return strncmp(path, "///", 3) == 0 ? path + 2 : path;
}

static enum status
check(const struct printer *printer, const char *file, int32_t line, struct notes *notes)
{
    const char *path = folder_of(printer);
    if (path[0] != '/' || path[1] == '/')
        return note_fail(notes, STATUS_BAD_INPUT, NOTE_PRINTER_URI, file, line,
                         "printer %s: \"%.200s\" names no folder; expected dir:/path",
                         printer->name, printer->uri);
    return STATUS_OK;
}

/* A folder that is not there yet is made by the first sheet, when its parent is there. */
static const char *
why_not(const char *path, struct arena *arena)
{
    struct stat info;
    if (stat(path, &info) == 0) {
        if (!S_ISDIR(info.st_mode))
            return "it is a file";
        return access(path, W_OK | X_OK) == 0 ? NULL : strerrordesc_np(errno);
    }
    int error = errno;
    char *parent = arena_strdup(arena, path);
    if (error != ENOENT || !parent)
        return strerrordesc_np(error);
    for (size_t n = strlen(parent); n > 1 && parent[n - 1] == '/'; n--)
        parent[n - 1] = '\0';
    char *slash = strrchr(parent, '/');
    slash[slash == parent] = '\0';
    return access(parent, W_OK | X_OK) == 0 ? NULL : strerrordesc_np(error);
}

static enum status
ask(const struct printer *printer, const struct patience *patience, struct arena *arena,
    struct notes *notes, struct printer_report *ret)
{
    const char *why = why_not(folder_of(printer), arena);
    (void)patience;
    (void)notes;
    if (!why)
        return STATUS_OK;
    ret->state = PRINTER_GONE;
    ret->detail = arena_printf(arena, "the folder cannot be reached: %s", why);
    return ret->detail ? STATUS_OK : STATUS_NO_MEMORY;
}

static void
file_name(const struct printer_document *document, char *ret, size_t room)
{
    const struct sheet_kind *kind = sheet_kind_of(document->format);
    snprintf(ret, room, "%.120s.%s", document->name, kind ? kind->extension : "bin");
}

static enum status
send(const struct transfer *transfer, struct printer_receipt *ret)
{
    const struct printer_document *document = transfer->document;
    char name[NAME_ROOM];
    struct notes words = {.count = 0};
    file_name(document, name, sizeof(name));
    if (transfer->before && transfer->before(transfer->data) != STATUS_OK)
        return STATUS_OK;
    ret->first_byte_ms = clock_monotonic_ms();
    enum status status = printer_drop(folder_of(transfer->printer), name, document->bytes,
                                      document->n, &words);
    if (status == STATUS_OK) {
        ret->delivery = DELIVERY_TAKEN;
        return STATUS_OK;
    }
    ret->delivery = DELIVERY_NONE; /* whole or not at all */
    ret->text = arena_strdup(transfer->arena, words.count ? words.note[0].text
                                                          : "it could not be dropped");
    return ret->text ? STATUS_OK : STATUS_NO_MEMORY;
}

/* What lies there was put there whole. What does not may have been fetched already. */
static enum status
follow(const struct printer *printer, const char *name, int64_t device_job,
       const struct patience *patience, struct arena *arena, struct notes *notes,
       struct printer_progress *ret)
{
    (void)device_job;
    (void)patience;
    (void)notes;
    for (int format = 1; format <= SHEET_FORMAT_LAST; format++) {
        const struct sheet_kind *kind = sheet_kind_of((enum sheet_format)format);
        const char *path =
            arena_printf(arena, "%s/%s.%s", folder_of(printer), name, kind->extension);
        if (!path)
            return STATUS_NO_MEMORY;
        if (access(path, F_OK) == 0)
            ret->fate = FATE_PRINTED;
    }
    return STATUS_OK;
}

const struct printer_driver driver_dir = {
    .scheme = "dir",
    .check = check,
    .ask = ask,
    .send = send,
    .follow = follow,
};
