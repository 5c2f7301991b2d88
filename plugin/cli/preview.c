/* What ops staff see of a preview: pictures in the terminal, the desktop's viewer, a
 * gallery, and all of it again whenever a file of the shop changes. */
#include "cli/packing.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define PICTURE_DPI 110 /* in the terminal */
#define GALLERY_DPI 62  /* hundreds of pieces are in one page */
#define PICTURES_MOST 12

extern char **environ;

static bool
is_html(const char *path)
{
    size_t n = path ? strlen(path) : 0;
    return n > 5 && strcmp(path + n - 5, ".html") == 0;
}

bool
preview_init(struct run *run)
{
    const struct options *options = run->options;
    if (!picture_wish(options->picture, &run->wants_pictures)) {
        complain("--picture is auto, symbols, sixel, kitty or none");
        return false;
    }
    if (options->is_every_offer && options->offer) {
        complain("--every-offer and --offer do not go together");
        return false;
    }
    bool wants_gallery = options->wants_contact_sheet && is_html(options->output);
    if (options->beside && !wants_gallery) {
        complain("--beside wants --contact-sheet and -o with a file that ends in .html");
        return false;
    }
    /* Hundreds of lines say less than the page that is made. */
    run->is_listing = run->is_listing && !wants_gallery &&
                      !(options->wants_contact_sheet &&
                        (options->is_every_offer || options->is_every_language));
    run->wants_open = options->wants_open;
    run->wants_pictures = run->wants_pictures && run->is_listing && !wants_gallery;
    run->gallery = wants_gallery ? gallery_new() : NULL;
    return !wants_gallery || run->gallery;
}

/* --- pictures --------------------------------------------------------------------------
 */

static void
show_piece(struct run *run, struct tuck_carton *carton, int64_t index)
{
    const void *png = NULL;
    size_t length = 0;
    if (run->host.carton->sheet(carton, index, TUCK_PNG, PICTURE_DPI,
                                run->options->budget_ms, &png, &length) == TUCK_OK)
        (void)picture_show(png, length, run->options->picture, run->columns);
}

static void
add_to_gallery(struct run *run, struct tuck_carton *carton, int64_t index,
               const struct tuck_piece *piece, const char *language)
{
    const void *png = NULL;
    size_t length = 0;
    struct tuck_carton_info info = {.size = sizeof(info)};
    int32_t dpi = run->options->dpi ? run->options->dpi : GALLERY_DPI;
    run->host.carton->info(carton, &info);
    tuck_status status = run->host.carton->sheet(carton, index, TUCK_PNG, dpi,
                                                 run->options->budget_ms, &png, &length);
    if (status == TUCK_OK) {
        gallery_add(run->gallery, piece, info.order ? info.order : "?", language, png,
                    length);
    } else if (status != TUCK_WITHOUT) {
        complain("there is no picture of %s: %s", piece->offer, status_text(status));
        run->troubles++;
    }
}

void
preview_carton(struct run *run, struct tuck_carton *carton, const char *language)
{
    struct tuck_piece piece = {.size = sizeof(piece)};
    for (int64_t i = 0; run->host.carton->piece(carton, i, &piece) == TUCK_OK; i++) {
        bool is_paper = piece.outcome == TUCK_CHOSEN || piece.outcome == TUCK_FALLBACK;
        if (run->gallery && is_paper)
            add_to_gallery(run, carton, i, &piece, language);
        if (run->wants_pictures && is_paper && run->carton_count < PICTURES_MOST)
            show_piece(run, carton, i);
    }
}

/* --- the desktop's viewer --------------------------------------------------------------
 */

static void
open_file(const char *path)
{
    char *name = strdup(path), viewer[] = "xdg-open";
    char *const argv[] = {viewer, name, NULL};
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    pid_t pid;
    posix_spawn_file_actions_init(&actions);
    for (int fd = 0; fd < 3; fd++)
        posix_spawn_file_actions_addopen(&actions, fd, "/dev/null", O_RDWR, 0);
    posix_spawnattr_init(&attributes);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSID);
    int trouble = !name ? ENOMEM : posix_spawnp(&pid, viewer, &actions, &attributes, argv, environ);
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
    if (trouble != 0)
        complain("there is no viewer to open it with (xdg-open: %s); it is in %s",
                 strerror(trouble), path);
    free(name);
}

/* A PDF of all sheets, in a folder of its own that stays: a viewer reads when it likes.
 */
static void
open_sheets(struct run *run)
{
    const char *tmp = getenv("TMPDIR");
    char *dir = NULL, *path = NULL;
    void *bytes = NULL;
    size_t length = 0;
    struct tuck_notes *notes = NULL;
    if (run->options->output) {
        open_file(run->options->output);
        return;
    }
    if (asprintf(&dir, "%s/tuck-preview-XXXXXX", tmp && *tmp ? tmp : "/tmp") < 0)
        return;
    tuck_status status = run->host.ops->bundle(
        run->host.shop, run->cartons, run->carton_count, &bytes, &length, &notes);
    int errors = host_tell(&run->host, notes);
    if (status == TUCK_OK && mkdtemp(dir) && asprintf(&path, "%s/preview.pdf", dir) > 0 &&
        out_write(&run->host, path, bytes, length))
        open_file(path);
    else if (errors == 0)
        complain("there is nothing to open: %s", status_text(status));
    run->host.ops->bytes_free(bytes);
    free(path);
    free(dir);
}

void
preview_finish(struct run *run)
{
    if (run->wants_open && run->carton_count > 0)
        open_sheets(run);
}

/* --- the gallery -----------------------------------------------------------------------
 */

bool
preview_gallery(struct run *run)
{
    size_t length = 0;
    if (run->options->beside)
        return true; /* the other version comes first */
    char *bytes = gallery_page(run->gallery, "What goes into the box", &length);
    bool is_written = bytes && out_write(&run->host, run->options->output, bytes, length);
    if (!bytes)
        complain("memory is out");
    free(bytes);
    if (is_written && !run->options->is_quiet && strcmp(run->options->output, "-") != 0)
        fprintf(stderr, "%s\n", run->options->output);
    return is_written;
}

int
preview_beside(struct run *run, const struct order_files *orders, run_orders_fn *again,
               int result)
{
    struct options other = *run->options;
    other.campaign = other.beside;
    other.beside = NULL;
    other.wants_open = false;
    run->options = &other;
    gallery_turn(run->gallery);
    bool is_open = host_open(&run->host, &other);
    int second = is_open ? again(run, orders) : EXIT_TROUBLE;
    for (int64_t i = 0; run->wants_documents && i < run->carton_count; i++)
        run->host.carton->carton_free(run->cartons[i]);
    free(run->cartons);
    run->cartons = NULL;
    run->carton_count = run->carton_room = 0;
    host_close(&run->host);
    return result != EXIT_FINE ? result : second;
}

void
preview_done(struct run *run)
{
    gallery_free(run->gallery);
    run->gallery = NULL;
}

/* --- again, when a file changes --------------------------------------------------------
 */

/* Folders of the shop, its templates and its orders. A shop that cannot be opened is
 * watched where it lies, for that is where it is mended. */
static void
watch_all(const struct options *options, int fd)
{
    struct host host = {0};
    const char *folder = NULL;
    struct stat looks;
    if (host_open(&host, options))
        for (int64_t i = 0; host.ops->folder(host.shop, i, &folder) == TUCK_OK; i++)
            watch_folder(fd, folder);
    host_close(&host);
    char *shop = options->shop ? strdup(options->shop) : strdup(".");
    if (shop && stat(shop, &looks) == 0 && !S_ISDIR(looks.st_mode) && strrchr(shop, '/'))
        *strrchr(shop, '/') = '\0';
    if (shop)
        watch_folder(fd, shop);
    free(shop);
    for (int i = 0; i < options->arg_count; i++) {
        char *path = strdup(options->args[i]);
        if (path && stat(path, &looks) == 0 && !S_ISDIR(looks.st_mode) &&
            strrchr(path, '/'))
            *strrchr(path, '/') = '\0';
        if (path)
            watch_folder(fd, path);
        free(path);
    }
}

int
preview_watch(const struct options *options, int (*once)(const struct options *options))
{
    char name[256] = "";
    struct options again = *options;
    int fd = watch_open();
    if (fd < 0) {
        complain("changes cannot be watched: %s", strerror(errno));
        return EXIT_TROUBLE;
    }
    do {
        if (isatty(STDOUT_FILENO))
            fputs("\033[H\033[2J\033[3J", stdout);
        int result = once(&again);
        again.wants_open = false; /* the viewer follows the file by itself */
        watch_all(options, fd);
        fflush(stdout);
        if (!options->is_quiet)
            fprintf(stderr, "%s%swaiting for a change%s\n", name,
                    name[0] ? " has changed; " : "",
                    result == EXIT_FINE ? "" : " (something is not well)");
    } while (watch_wait(fd, name));
    close(fd);
    return EXIT_TROUBLE;
}
