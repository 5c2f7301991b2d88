/* Key files, read, made and changed; and the pseudonyms that the customer key makes.
 *
 * A file that anybody but its owner may read is refused, as ssh does, so that a careless
 * copy is noticed on the first carton and not after a leak. A change writes a new file
 * beside the old one and renames it, so there is never half a key file. */
#include "mint/keys-inside.h"

#include "base/text.h"
#include "base/xml.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define FILE_MOST 65536

static const char keys_rng[] =
#include "mint/keys.rng.inc"
    ;

/* --- references --------------------------------------------------------------------- */

struct keys *
keys_ref(struct keys *keys)
{
    if (keys)
        atomic_fetch_add(&keys->refs, 1);
    return keys;
}

void
keys_unref(struct keys *keys)
{
    if (!keys || atomic_fetch_sub(&keys->refs, 1) != 1)
        return;
    hash_wipe(keys, sizeof(*keys));
    free(keys);
}

static void
keys_unrefp(struct keys **keys)
{
    keys_unref(*keys);
}
#define KEYS_AUTO CLEANUP(keys_unrefp)

static struct keys *
keys_new(const char *merchant)
{
    struct keys *keys = calloc(1, sizeof(*keys));
    if (!keys)
        return NULL;
    keys->refs = 1;
    snprintf(keys->merchant, sizeof(keys->merchant), "%s", merchant);
    return keys;
}

/* --- looking ------------------------------------------------------------------------ */

const struct code_key *
keys_minting(const struct keys *keys)
{
    for (size_t i = keys->code_count; i-- > 0;)
        if (day_is_none(keys->codes[i].retired))
            return &keys->codes[i];
    return NULL;
}

size_t
keys_count(const struct keys *keys)
{
    return keys->code_count;
}

void
keys_info(const struct keys *keys, size_t index, struct key_info *ret)
{
    const struct code_key *key = &keys->codes[index];
    *ret = (struct key_info){
        .from = key->from, .retired = key->retired, .mints = key == keys_minting(keys)};
    memcpy(ret->id, key->id, sizeof(ret->id));
}

const char *
keys_merchant(const struct keys *keys)
{
    return keys->merchant;
}

void
keys_pseudonym(const struct keys *keys, const char *kind, const char *id,
               char ret[PSEUDONYM_SIZE])
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyz234567"; /* RFC 4648 */
    const char *const parts[] = {"tuck pseudonym 1", kind, keys->merchant, id};
    uint8_t mac[HASH_MAC_SIZE];
    uint32_t bits = 0;
    int count = 0;
    hash_mac_texts(keys->customer, parts, COUNT_OF(parts), mac);
    for (size_t i = 0, byte = 0; i < PSEUDONYM_SIZE - 1; i++) {
        if (count < 5) {
            bits = bits << 8 | mac[byte++];
            count += 8;
        }
        count -= 5;
        ret[i] = letters[bits >> count & 31];
    }
    ret[PSEUDONYM_SIZE - 1] = '\0';
}

/* --- reading ------------------------------------------------------------------------ */

static enum status
check_file(const char *path, struct notes *notes)
{
    struct stat file;
    if (stat(path, &file) != 0)
        return note_fail(notes, STATUS_BAD_INPUT, NOTE_KEYS_UNREADABLE, path, 0,
                         "the key file cannot be read: %s", strerrordesc_np(errno));
    if (file.st_mode & 077)
        return note_fail(notes, STATUS_BAD_INPUT, NOTE_KEYS_OPEN, path, 0,
                         "the key file may be read by others (mode %03o); expected 600",
                         (unsigned)(file.st_mode & 0777));
    return STATUS_OK;
}

static bool
read_secret(struct arena *arena, const xmlNode *node, uint8_t ret[HASH_KEY_SIZE])
{
    char *text = xml_attr(arena, node, "secret");
    bool is_one = text && hash_key_parse(text, ret);
    if (text)
        hash_wipe(text, strlen(text));
    return is_one;
}

static enum status
bad_key(const char *path, const xmlNode *node, const char *what, struct notes *notes)
{
    return note_fail(notes, STATUS_BAD_INPUT, NOTE_KEYS_WRONG, path, xml_line(node), "%s",
                     what);
}

static enum status
read_code_key(const char *path, struct arena *arena, const xmlNode *node,
              struct keys *keys, struct notes *notes)
{
    if (keys->code_count == KEYS_MOST)
        return bad_key(path, node, "a key file holds at most eight code keys", notes);
    struct code_key *key = &keys->codes[keys->code_count];
    const char *id = xml_attr(arena, node, "id"), *from = xml_attr(arena, node, "from");
    const char *retired = xml_attr(arena, node, "retired");
    if (!id || !from)
        return STATUS_NO_MEMORY;
    key->retired = DAY_NONE;
    snprintf(key->id, sizeof(key->id), "%s", id);
    if (!day_parse(from, &key->from) || (retired && !day_parse(retired, &key->retired)))
        return bad_key(path, node, "this is no day of the calendar", notes);
    if (!read_secret(arena, node, key->secret))
        return bad_key(path, node, "the secret is not 32 bytes in Base64", notes);
    for (size_t i = 0; i < keys->code_count; i++)
        if (text_equal(keys->codes[i].id, key->id))
            return bad_key(path, node, "two code keys have the same id", notes);
    keys->code_count++;
    return STATUS_OK;
}

static enum status
read_keys(const char *path, const xmlDoc *doc, struct arena *arena, struct notes *notes,
          struct keys **ret)
{
    const xmlNode *root = xmlDocGetRootElement((xmlDoc *)doc);
    const xmlNode *customer = xml_first(root, "customer");
    const char *merchant = xml_attr(arena, root, "merchant");
    struct keys *keys KEYS_AUTO = merchant ? keys_new(merchant) : NULL;
    enum status status = STATUS_OK;
    if (!keys)
        return STATUS_NO_MEMORY;
    if (!read_secret(arena, customer, keys->customer))
        return bad_key(path, customer, "the secret is not 32 bytes in Base64", notes);
    for (const xmlNode *node = xml_first(root, "code"); status == STATUS_OK && node;
         node = xml_next(node, "code"))
        status = read_code_key(path, arena, node, keys, notes);
    if (status != STATUS_OK)
        return status;
    if (!keys_minting(keys))
        return bad_key(path, root, "every code key is retired; one has to mint", notes);
    *ret = take(keys);
    return STATUS_OK;
}

static void
schema_closep(struct xml_schema **schema)
{
    xml_schema_close(*schema);
}

enum status
keys_open(const char *path, const char *merchant, struct notes *notes, struct keys **ret)
{
    struct xml_schema *schema CLEANUP(schema_closep) = NULL;
    struct arena *arena ARENA_AUTO = arena_new(0);
    struct keys *keys KEYS_AUTO = NULL;
    xmlDoc *doc XML_DOC_AUTO = NULL;
    if (!arena)
        return STATUS_NO_MEMORY;
    xml_init();
    enum status status = check_file(path, notes);
    if (status == STATUS_OK)
        status = xml_schema_open(keys_rng, "keys.rng", notes, &schema);
    if (status != STATUS_OK)
        return status;
    xml_schema_hide_values(schema);
    status = xml_read_file(path, schema, FILE_MOST, notes, &doc);
    if (status == STATUS_OK)
        status = read_keys(path, doc, arena, notes, &keys);
    if (status != STATUS_OK)
        return status;
    if (!text_equal(keys->merchant, merchant))
        return note_fail(notes, STATUS_BAD_INPUT, NOTE_KEYS_OF_OTHER_MERCHANT, path, 1,
                         "the keys are of merchant \"%s\", expected \"%s\"",
                         keys->merchant, merchant);
    *ret = take(keys);
    return STATUS_OK;
}

/* --- writing ------------------------------------------------------------------------ */

static void
write_keys(const struct keys *keys, struct buf *out)
{
    char secret[HASH_KEY_TEXT_SIZE], day[16];
    hash_key_text(keys->customer, secret);
    buf_printf(out,
               "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
               "<!-- Secret. Whoever has this file can make coupons. -->\n"
               "<keys xmlns=\"urn:tuck:keys:1\" merchant=\"%s\">\n"
               "  <customer secret=\"%s\"/>\n",
               keys->merchant, secret);
    for (size_t i = 0; i < keys->code_count; i++) {
        const struct code_key *key = &keys->codes[i];
        hash_key_text(key->secret, secret);
        day_text(key->from, day);
        buf_printf(out, "  <code id=\"%s\" from=\"%s\"", key->id, day);
        day_text(key->retired, day);
        if (day[0])
            buf_printf(out, " retired=\"%s\"", day);
        buf_printf(out, " secret=\"%s\"/>\n", secret);
    }
    buf_puts(out, "</keys>\n");
    hash_wipe(secret, sizeof(secret));
}

static bool
write_whole(int fd, const char *bytes, size_t n)
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
    return fsync(fd) == 0;
}

/* The folder that a file is in; free() it. NULL: no memory. */
static char *
folder_of(const char *path)
{
    const char *slash = strrchr(path, '/');
    return !slash          ? strdup(".")
           : slash == path ? strdup("/")
                           : strndup(path, (size_t)(slash - path));
}

/* What is wrong is told by the open that follows. */
static void
make_folder(const char *path)
{
    char *folder = folder_of(path);
    if (folder && mkdir(folder, 0700) != 0 && errno == ENOENT && strchr(folder, '/')) {
        make_folder(folder);
        (void)mkdir(folder, 0700);
    }
    free(folder);
}

/* Two changes at once would lose a key, and a name that is not on the disk yet could be
 * gone after a power cut, with all that was signed: changes of files in one folder wait
 * for each other, and the folder is synced. -1: it cannot be opened. */
static int
lock_folder(const char *path)
{
    char *folder = folder_of(path);
    int fd = folder ? open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
    free(folder);
    if (fd >= 0)
        while (flock(fd, LOCK_EX) != 0 && errno == EINTR)
            continue;
    return fd;
}

static enum status
sync_folder(int folder, const char *path, struct notes *notes)
{
    if (folder < 0 || fsync(folder) == 0 || errno == EINVAL) /* some cannot be synced */
        return STATUS_OK;
    return note_fail(notes, STATUS_OUTSIDE, NOTE_KEYS_UNWRITABLE, path, 0,
                     "the key file's folder cannot be synced: %s",
                     strerrordesc_np(errno));
}

static enum status
write_file(const char *path, const struct keys *keys, struct notes *notes)
{
    struct buf text BUF_AUTO = {0};
    write_keys(keys, &text);
    if (text.failed)
        return STATUS_NO_MEMORY;
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    bool is_written = fd >= 0 && write_whole(fd, text.p, text.n);
    int error = errno;
    hash_wipe(text.p, text.n);
    if (fd >= 0 && close(fd) != 0)
        is_written = false;
    if (is_written)
        return STATUS_OK;
    if (fd >= 0)
        unlink(path);
    return note_fail(notes, fd < 0 && error == EEXIST ? STATUS_BAD_INPUT : STATUS_OUTSIDE,
                     NOTE_KEYS_UNWRITABLE, path, 0, "the key file cannot be made: %s",
                     strerrordesc_np(error));
}

/* Whole when it appears, and only where there was none: two may make it at once. */
static enum status
put_new_file(const char *path, const char *part, struct notes *notes)
{
    int rc = link(part, path), error = errno;
    unlink(part);
    return rc == 0 ? STATUS_OK
                   : note_fail(notes, error == EEXIST ? STATUS_BAD_INPUT : STATUS_OUTSIDE,
                               NOTE_KEYS_UNWRITABLE, path, 0,
                               "the key file cannot be made: %s", strerrordesc_np(error));
}

static enum status
replace_file(const char *path, const char *part, struct notes *notes)
{
    if (rename(part, path) == 0)
        return STATUS_OK;
    int error = errno;
    unlink(part);
    return note_fail(notes, STATUS_OUTSIDE, NOTE_KEYS_UNWRITABLE, path, 0,
                     "the key file cannot be replaced: %s", strerrordesc_np(error));
}

static enum status
put_file(const char *path, const struct keys *keys, bool is_new, int folder,
         struct notes *notes)
{
    struct buf part BUF_AUTO = {0};
    uint8_t chance[4];
    hash_random(chance, sizeof(chance));
    buf_printf(&part, "%s.%02x%02x%02x%02x", path, chance[0], chance[1], chance[2],
               chance[3]);
    if (part.failed)
        return STATUS_NO_MEMORY;
    enum status status = write_file(part.p, keys, notes);
    if (status == STATUS_OK)
        status = is_new ? put_new_file(path, part.p, notes)
                        : replace_file(path, part.p, notes);
    return status == STATUS_OK ? sync_folder(folder, path, notes) : status;
}

/* --- changes ------------------------------------------------------------------------ */

/* What a retired key signed is refused, with the key in the file or without it. */
static bool
drop_oldest_retired(struct keys *keys)
{
    for (size_t i = 0; i < keys->code_count; i++) {
        if (day_is_none(keys->codes[i].retired))
            continue;
        keys->code_count--;
        memmove(&keys->codes[i], &keys->codes[i + 1],
                (keys->code_count - i) * sizeof(keys->codes[i]));
        return true;
    }
    return false;
}

static enum status
add_code_key(const char *path, struct keys *keys, struct day today, struct notes *notes)
{
    char day[16];
    if (keys->code_count == KEYS_MOST && !drop_oldest_retired(keys))
        return note_fail(
            notes, STATUS_BAD_INPUT, NOTE_KEYS_WRONG, path, 0,
            "eight code keys are in use, the most a file can hold; retire one "
            "whose codes are all over first");
    struct code_key *key = &keys->codes[keys->code_count++];
    *key = (struct code_key){.from = today, .retired = DAY_NONE};
    day_text(today, day);
    snprintf(key->id, sizeof(key->id), "%s", day);
    for (size_t i = 0, n = 2; i + 1 < keys->code_count; i++)
        if (text_equal(keys->codes[i].id, key->id)) { /* the second of a day */
            snprintf(key->id, sizeof(key->id), "%s-%zu", day, n++);
            i = (size_t)-1;
        }
    hash_random(key->secret, sizeof(key->secret));
    return STATUS_OK;
}

enum status
keys_make(const char *path, const char *merchant, struct day today, struct notes *notes)
{
    struct keys *keys KEYS_AUTO = keys_new(merchant);
    if (!keys)
        return STATUS_NO_MEMORY;
    hash_random(keys->customer, sizeof(keys->customer));
    enum status status = add_code_key(path, keys, today, notes);
    if (status != STATUS_OK)
        return status;
    make_folder(path);
    int folder CLEANUP(fd_closep) = lock_folder(path);
    return put_file(path, keys, true, folder, notes);
}

enum status
keys_rotate(const char *path, const char *merchant, struct day today, struct notes *notes)
{
    int folder CLEANUP(fd_closep) = lock_folder(path);
    struct keys *keys KEYS_AUTO = NULL;
    enum status status = keys_open(path, merchant, notes, &keys);
    if (status == STATUS_OK)
        status = add_code_key(path, keys, today, notes);
    return status == STATUS_OK ? put_file(path, keys, false, folder, notes) : status;
}

enum status
keys_retire(const char *path, const char *merchant, const char *id, struct day today,
            struct notes *notes)
{
    int folder CLEANUP(fd_closep) = lock_folder(path);
    struct keys *keys KEYS_AUTO = NULL;
    struct code_key *key = NULL;
    enum status status = keys_open(path, merchant, notes, &keys);
    if (status != STATUS_OK)
        return status;
    for (size_t i = 0; i < keys->code_count; i++)
        if (text_equal(keys->codes[i].id, id))
            key = &keys->codes[i];
    if (!key)
        return note_fail(notes, STATUS_BAD_INPUT, NOTE_KEYS_WRONG, path, 0,
                         "the file has no code key \"%.31s\"", id);
    if (!day_is_none(key->retired))
        return STATUS_OK;
    key->retired = today;
    if (!keys_minting(keys))
        return note_fail(notes, STATUS_BAD_INPUT, NOTE_KEYS_WRONG, path, 0,
                         "\"%.31s\" is the only key that mints; rotate first", id);
    return put_file(path, keys, false, folder, notes);
}
