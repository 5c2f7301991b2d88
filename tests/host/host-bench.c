/* The bench of host-bench.h. */
#include "host-bench.h"

#include <dirent.h>
#include <dlfcn.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define FILE_MOST (1 << 20)

const struct tuck_entry *entry;
const struct tuck_carton_face *tuck;
const struct tuck_ops_face *ops;
const struct tuck_promise_face *promises;
const struct tuck_print_face *print_face;
const struct tuck_wave_face *wave_face;
char host_work[] = "/tmp/tuck-bench-XXXXXX";
static int64_t clock_s = NOVEMBER_22;

/* --- loading -------------------------------------------------------------------- */

bool
host_load_plugin(void)
{
    void *plugin = dlopen(getenv("TUCK_PLUGIN"), RTLD_NOW | RTLD_LOCAL);
    entry = plugin ? dlsym(plugin, TUCK_ENTRY_SYMBOL) : NULL;
    if (!entry) {
        fprintf(stderr, "%s\n", plugin ? "no entry" : dlerror());
        return false;
    }
    tuck = entry->face(TUCK_CARTON_FACE, 1);
    ops = entry->face(TUCK_OPS_FACE, 1);
    promises = entry->face(TUCK_PROMISE_FACE, 1);
    print_face = entry->face(TUCK_PRINT_FACE, 1);
    wave_face = entry->face(TUCK_WAVE_FACE, 1);
    return tuck && ops && promises && print_face && wave_face;
}

int
host_load(void **state)
{
    (void)state;
    return host_load_plugin() && mkdtemp(host_work) ? 0 : -1;
}

int
host_unload(void **state)
{
    (void)state;
    char command[100];
    snprintf(command, sizeof(command), "rm -rf '%s'", host_work);
    return system(command);
}

int
host_slowness(void)
{
    const char *sanitizer = getenv("TUCK_SANITIZER");
    return sanitizer && *sanitizer && strcmp(sanitizer, "none") != 0 ? 8 : 1;
}

int64_t
host_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

void
host_pause_ms(int ms)
{
    const struct timespec pause = {ms / 1000, ms % 1000 * 1000000L};
    nanosleep(&pause, NULL);
}

/* --- files ---------------------------------------------------------------------- */

char *
host_read(const char *path, size_t *ret_n)
{
    FILE *file = fopen(path, "rb");
    char *text = calloc(1, FILE_MOST);
    assert_non_null(file);
    assert_non_null(text);
    size_t n = fread(text, 1, FILE_MOST - 1, file);
    fclose(file);
    if (ret_n)
        *ret_n = n;
    return text;
}

static void
write_file(const char *path, const char *text)
{
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
}

/* A copy of the text in which all places of a word are another; free() it. */
static char *
changed(const char *text, const char *from, const char *to)
{
    size_t room = strlen(text) + 1, n = 0;
    for (const char *at = text; (at = strstr(at, from)); at += strlen(from))
        room += strlen(to);
    char *made = calloc(1, room);
    const char *rest = text;
    assert_non_null(made);
    assert_non_null(strstr(text, from));
    for (const char *at; (at = strstr(rest, from)); rest = at + strlen(from))
        n += (size_t)snprintf(made + n, room - n, "%.*s%s", (int)(at - rest), rest, to);
    snprintf(made + n, room - n, "%s", rest);
    return made;
}

void
host_edit(const char *shop_dir, const char *file, const char *from, const char *to)
{
    char path[300];
    snprintf(path, sizeof(path), "%s/%s", shop_dir, file);
    char *text = host_read(path, NULL), *made = changed(text, from, to);
    write_file(path, made);
    free(made);
    free(text);
}

int
host_count_files(const char *dir, const char *ending)
{
    int count = 0;
    DIR *opened = opendir(dir);
    for (struct dirent *e; opened && (e = readdir(opened));) {
        size_t n = strlen(e->d_name), m = strlen(ending);
        count += e->d_name[0] != '.' && n > m && strcmp(e->d_name + n - m, ending) == 0;
    }
    if (opened)
        closedir(opened);
    return count;
}

int
host_count(const char *hay, size_t hay_n, const void *needle, size_t n)
{
    int count = 0;
    const char *end = hay + hay_n;
    while (n > 0 && (hay = memmem(hay, (size_t)(end - hay), needle, n))) {
        count++;
        hay += n;
    }
    return count;
}

/* --- shops ---------------------------------------------------------------------- */

void
host_make_shop(const char *name, const char *printers, char ret[200])
{
    char command[1000], templates[600], element[8000];
    const char *top = getenv("abs_top_srcdir");
    snprintf(ret, 200, "%s/%s", host_work, name);
    snprintf(command, sizeof(command),
             "cp -R '%s/samples/shop' '%s' && chmod -R u+w '%s' && rm -rf '%s/var'", top,
             ret, ret, ret);
    assert_int_equal(system(command), 0);
    snprintf(templates, sizeof(templates), "%s/templates", top);
    snprintf(element, sizeof(element), "%s</shop>", printers);
    host_edit(ret, "tuck.xml", "../../templates", templates);
    host_edit(ret, "tuck.xml", "pack=\"1000ms\"", "pack=\"60000ms\"");
    host_edit(ret, "tuck.xml", "</shop>", element);
    host_edit(ret, "campaign.xml", "holdout=\"5%\"", "");
}

void
host_set_clock(int64_t s)
{
    __atomic_store_n(&clock_s, s, __ATOMIC_RELAXED);
}

int64_t
host_clock(void *data)
{
    (void)data;
    return __atomic_load_n(&clock_s, __ATOMIC_RELAXED);
}

struct tuck_shop *
host_open(const char *shop_dir, const struct tuck_open *how)
{
    struct tuck_shop *shop = NULL;
    struct tuck_notes *notes = NULL;
    struct tuck_note note = {.size = sizeof(note)};
    char keys[300];
    struct tuck_open open = how ? *how : (struct tuck_open){0};
    snprintf(keys, sizeof(keys), "%s/var/shop.keys", shop_dir);
    open.size = sizeof(open);
    open.shop = shop_dir;
    open.press = getenv("TUCK_PRESS");
    open.data_dir = getenv("TUCK_DATA");
    open.budget_ms = PLENTY_MS;
    open.keys = open.keys ? open.keys : keys;
    if (!open.clock)
        open.clock = host_clock;
    if (!open.station)
        open.station = "bench-7";
    tuck_status status = tuck->open(&open, &shop, &notes);
    for (int64_t i = 0; status != TUCK_OK && tuck->notes_get(notes, i, &note) == TUCK_OK;
         i++)
        print_error("note %d: %s\n", (int)note.number, note.text);
    tuck->notes_free(notes);
    assert_int_equal(status, TUCK_OK);
    return shop;
}

/* --- orders --------------------------------------------------------------------- */

char *
host_order(const char *id)
{
    char path[700], customer[80];
    snprintf(path, sizeof(path), "%s/samples/shop/orders/first-order.xml",
             getenv("abs_top_srcdir"));
    snprintf(customer, sizeof(customer), "\"C-of-%s\"", id);
    char *text = host_read(path, NULL), *named = changed(text, "FK-2001", id);
    free(text);
    text = changed(named, "\"C-2001\"", customer);
    free(named);
    return text;
}

struct tuck_carton *
host_pack_text(struct tuck_shop *shop, const char *text, uint32_t flags)
{
    struct tuck_carton *carton = NULL;
    const struct tuck_order order = {.size = sizeof(order), .flags = flags, .bytes = text,
                                     .length = strlen(text), .name = "test.xml",
                                     .budget_ms = PLENTY_MS};
    assert_int_equal(tuck->pack(shop, &order, &carton), TUCK_OK);
    assert_non_null(carton);
    return carton;
}

struct tuck_carton *
host_pack(struct tuck_shop *shop, const char *id, uint32_t flags)
{
    char *text = host_order(id);
    struct tuck_carton *carton = host_pack_text(shop, text, flags);
    free(text);
    return carton;
}

int64_t
host_piece(const struct tuck_carton *carton, const char *placement,
           struct tuck_piece *ret)
{
    int64_t index = 0;
    ret->size = sizeof(*ret);
    while (tuck->piece(carton, index, ret) == TUCK_OK &&
           strcmp(ret->placement, placement) != 0)
        index++;
    assert_int_equal(tuck->piece(carton, index, ret), TUCK_OK);
    return index;
}

int
host_promises(struct tuck_shop *shop, const char *order, const char *state)
{
    struct tuck_found *found = NULL;
    struct tuck_promise promise = {.size = sizeof(promise)};
    int count = 0;
    tuck_status status = promises->look_up(shop, TUCK_BY_ORDER, order, &found, NULL);
    if (status == TUCK_WITHOUT)
        return 0;
    assert_int_equal(status, TUCK_OK);
    for (int64_t i = 0; promises->promise(found, i, &promise) == TUCK_OK; i++)
        count += !promise.is_held_out && strcmp(promise.state, state) == 0;
    promises->found_free(found);
    return count;
}

int
host_events(struct tuck_shop *shop, const char *order, const char *kind, char *ret_reason)
{
    struct tuck_found *found = NULL;
    struct tuck_promise promise = {.size = sizeof(promise)};
    struct tuck_event event = {.size = sizeof(event)};
    int count = 0;
    tuck_status status = promises->look_up(shop, TUCK_BY_ORDER, order, &found, NULL);
    if (status == TUCK_WITHOUT)
        return 0;
    assert_int_equal(status, TUCK_OK);
    for (int64_t i = 0; promises->promise(found, i, &promise) == TUCK_OK; i++)
        for (int64_t k = 0; promises->event(found, i, k, &event) == TUCK_OK; k++) {
            if (strcmp(event.kind, kind) != 0)
                continue;
            count++;
            if (ret_reason)
                snprintf(ret_reason, 200, "%s", event.reason ? event.reason : "");
        }
    promises->found_free(found);
    return count;
}

/* --- further processes ----------------------------------------------------------- */

struct child
host_child(const char *const *arguments)
{
    struct child child = {.n = 0};
    char *argv[10] = {(char *)(uintptr_t)"child"};
    int ends[2];
    for (int i = 0; arguments[i]; i++) {
        assert_true(i < 8);
        argv[i + 1] = (char *)(uintptr_t)arguments[i];
    }
    assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
    child.pid = fork();
    assert_true(child.pid >= 0);
    if (child.pid == 0) {
        dup2(ends[1], 1);
        execv("/proc/self/exe", argv);
        _exit(127);
    }
    close(ends[1]);
    child.from = ends[0];
    return child;
}

bool
host_line(struct child *child, int ms, char *ret, size_t room)
{
    int64_t until = host_ms() + ms;
    for (;;) {
        char *end = memchr(child->text, '\n', child->n);
        if (end) {
            size_t n = (size_t)(end - child->text);
            snprintf(ret, room, "%.*s", (int)n, child->text);
            child->n -= n + 1;
            memmove(child->text, end + 1, child->n);
            return true;
        }
        struct pollfd in = {.fd = child->from, .events = POLLIN};
        int64_t left = until - host_ms();
        if (left <= 0 || poll(&in, 1, (int)left) <= 0)
            return false;
        ssize_t n = read(child->from, child->text + child->n,
                         sizeof(child->text) - child->n);
        if (n <= 0)
            return false;
        child->n += (size_t)n;
    }
}

int
host_wait(struct child *child)
{
    int status = 0;
    assert_int_equal(waitpid(child->pid, &status, 0), child->pid);
    close(child->from);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

int
host_kill(struct child *child)
{
    kill(child->pid, SIGKILL);
    return host_wait(child);
}
