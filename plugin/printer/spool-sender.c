/* Senders: one thread for each printer, jobs in the order they came.
 *
 * Paper goes before what can wait, asking and telling, unless that has waited long; and a
 * job that comes in cuts short what waits for a printer's answer. Of the processes that
 * have the spool open the one feeds a printer that holds the lock on its file; in the
 * file stands whether the printer ever answered a question. */
#include "printer/spool-inside.h"

#include "base/hash.h"
#include "base/text.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#define STACK_BYTES (1u << 20)
#define LOCK_RETRY_MS 500
#define CHORE_MOST_MS 300   /* so long may paper keep other things waiting */
#define IDLE_ASK_MS 8000    /* so often a printer is asked that has nothing to do … */
#define IDLE_LONG_MS 600000 /* … and did have until so long ago */
#define NO_MEMORY_MS 1000

/* --- whose turn it is ---------------------------------------------------------- */

static bool
is_ended(const struct spool_entry *entry)
{
    return entry->state == SPOOL_PRINTED || entry->state == SPOOL_FAILED ||
           entry->state == SPOOL_CANCELLED;
}

bool
senders_want(const struct spool_entry *entry)
{
    return entry->state == SPOOL_WAITING || entry->state == SPOOL_SENDING ||
           entry->state == SPOOL_TAKEN || (is_ended(entry) && !entry->is_told);
}

/* Jobs of no sender's are the first one's, but for sending. */
static bool
is_of(const struct sender *sender, const struct job *job)
{
    if (job->sender < 0)
        return sender->index == 0 && job->file.entry.state != SPOOL_WAITING;
    return job->sender == sender->index;
}

static bool
is_paper(const struct job *job)
{
    return job->file.entry.state == SPOOL_WAITING && !job->owed[0];
}

bool
senders_have_work(struct spool *spool)
{
    int64_t now_ms = clock_monotonic_ms();
    for (size_t i = 0; i < spool->active_count; i++) {
        const struct job *job = spool->active[i];
        const struct sender *sender = &spool->senders[job->sender < 0 ? 0 : job->sender];
        bool can_wait = is_paper(job) || is_ended(&job->file.entry);
        bool waits = can_wait && !job->is_busy &&
                     (job->next_ms > now_ms ||
                      (is_paper(job) && (job->sender < 0 || sender->next_ms > now_ms)));
        if (!waits)
            return true;
    }
    return false;
}

void
senders_hurry(struct spool *spool, const struct job *job)
{
    if (spool->senders && job->sender >= 0 && !job->is_busy && is_paper(job))
        __atomic_store_n(&spool->senders[job->sender].hurry, 1, __ATOMIC_RELAXED);
}

/* While a printer is left alone, jobs that it was not yet found another one for may still
 * be looked at. */
static int64_t
due_ms_of(const struct sender *sender, const struct job *job, int64_t now_ms)
{
    bool is_resting = is_paper(job) && sender->next_ms > now_ms;
    bool is_offered = sender->spool->settings.reroute && sender->report_no > 0 &&
                      job->report_seen != sender->report_no;
    return is_resting && !is_offered && job->next_ms < sender->next_ms ? sender->next_ms
                                                                       : job->next_ms;
}

/* The job to look after now; NULL: none is due, and when the next one will be. */
static struct job *
find_due(struct sender *sender, int64_t now_ms, int64_t *ret_when_ms)
{
    struct spool *spool = sender->spool;
    struct job *paper = NULL, *chore = NULL;
    for (size_t i = 0; i < spool->active_count; i++) {
        struct job *job = spool->active[i];
        if (!is_of(sender, job) || job->is_busy)
            continue;
        int64_t due_ms = due_ms_of(sender, job, now_ms);
        if (due_ms > now_ms) {
            *ret_when_ms = due_ms < *ret_when_ms ? due_ms : *ret_when_ms;
        } else if (is_paper(job)) {
            paper = paper ? paper : job;
        } else {
            job->next_ms =
                job->next_ms ? job->next_ms : now_ms; /* it waits from now on */
            chore = chore && chore->next_ms <= job->next_ms ? chore : job;
        }
    }
    bool is_overdue = chore && now_ms - chore->next_ms > CHORE_MOST_MS;
    return paper && !is_overdue ? paper : chore;
}

/* --- the right to feed a printer ----------------------------------------------- */

static int
lock_printer(const struct spool *spool, const char *printer)
{
    char name[96];
    snprintf(name, sizeof(name), "%.80s.lock", printer);
    int fd = openat(spool->dir_fd, name, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) != 0) {
        close(fd);
        return -1;
    }
    return fd;
}

/* "answers SHA256-OF-THE-URI": of another device under the same name nothing is known. */
static void
put_answers(const struct sender *sender, char ret[80])
{
    const char *uri = sender->printer->uri;
    snprintf(ret, 80, "answers %s\n", hash_sha256(uri, strlen(uri)).hex);
}

void
sender_answers(struct sender *sender)
{
    char line[80];
    if (sender->is_two_way)
        return;
    put_answers(sender, line);
    pthread_mutex_lock(&sender->spool->lock);
    sender->is_two_way = true;
    pthread_mutex_unlock(&sender->spool->lock);
    if (pwrite(sender->lock_fd, line, strlen(line), 0) > 0)
        fdatasync(sender->lock_fd);
}

static bool
have_printer(struct sender *sender)
{
    char line[80], found[80] = "";
    if (sender->lock_fd >= 0)
        return true;
    sender->lock_fd = lock_printer(sender->spool, sender->printer->name);
    if (sender->lock_fd < 0)
        return false;
    put_answers(sender, line);
    ssize_t n = pread(sender->lock_fd, found, sizeof(found) - 1, 0);
    sender->is_two_way =
        !sender->printer->is_one_way &&
        (printer_should_answer(sender->printer) || (n > 0 && text_equal(found, line)));
    return true;
}

/* --- the thread ---------------------------------------------------------------- */

static void
wait_until(struct spool *spool, int64_t when_ms)
{
    struct timespec until = {when_ms / 1000, when_ms % 1000 * 1000000};
    pthread_cond_timedwait(&spool->changed, &spool->lock, &until);
}

/* From now on what comes in is news. With the lock held. */
static void
calm(struct sender *sender)
{
    if (!sender->spool->is_ending)
        __atomic_store_n(&sender->hurry, 0, __ATOMIC_RELAXED);
}

static void
begin_errand(struct errand *errand, struct sender *sender, struct arena *arena)
{
    struct spool *spool = sender->spool;
    int64_t send_ms = spool_ms(spool->settings.send_ms, 30000);
    memset(errand, 0, sizeof(*errand));
    errand->spool = spool;
    errand->sender = sender;
    errand->arena = arena;
    errand->patience = (struct patience){clock_monotonic_ms() + send_ms, &spool->cancel};
}

static void
do_unlocked(struct errand *errand)
{
    int fd CLEANUP(fd_closep) = -1;
    if (errand->is_orphan)
        fd = lock_printer(errand->spool, errand->entry.printer);
    if (!errand->is_orphan || fd >= 0)
        errand_do(errand);
    spool_tell_trouble(errand->spool, &errand->notes);
}

/* With the lock held, and again after; without it in between. */
static void
serve(struct sender *sender, struct errand *errand, struct job *job)
{
    struct spool *spool = sender->spool;
    errand->id = job->file.entry.id;
    errand->is_orphan = job->sender < 0;
    if (!spool_copy_entry(&job->file.entry, errand->arena, &errand->entry)) {
        job->next_ms = clock_monotonic_ms() + NO_MEMORY_MS;
        return;
    }
    if (errand->is_orphan) /* should another process have its lock */
        job->next_ms = clock_monotonic_ms() + LOCK_RETRY_MS;
    calm(sender);
    job->is_busy = true;
    pthread_mutex_unlock(&spool->lock);
    do_unlocked(errand);
    pthread_mutex_lock(&spool->lock);
    job = spool_job(spool, errand->id);
    if (job)
        job->is_busy = false;
    pthread_cond_broadcast(&spool->changed);
}

/* When an idle printer is to be asked, so that the next job need not; INT64_MAX: not. */
static int64_t
ask_again_ms(const struct sender *sender, int64_t now_ms)
{
    bool is_of_use = sender->lock_fd >= 0 && sender->is_two_way && sender->asked_ms &&
                     sender->sent_ms && now_ms - sender->sent_ms < IDLE_LONG_MS;
    return is_of_use ? sender->asked_ms + IDLE_ASK_MS : INT64_MAX;
}

static void
be_idle(struct sender *sender, struct errand *errand, int64_t now_ms, int64_t when_ms)
{
    struct spool *spool = sender->spool;
    int64_t ask_ms = ask_again_ms(sender, now_ms);
    if (now_ms < ask_ms) {
        wait_until(spool, ask_ms < when_ms ? ask_ms : when_ms);
        return;
    }
    calm(sender);
    pthread_mutex_unlock(&spool->lock);
    errand_ask(errand);
    pthread_mutex_lock(&spool->lock);
}

static void *
run(void *data)
{
    struct sender *sender = data;
    struct spool *spool = sender->spool;
    struct arena *arena = arena_new(0);
    struct errand errand;
    pthread_mutex_lock(&spool->lock);
    while (arena && !spool->is_ending) {
        int64_t now_ms = clock_monotonic_ms(), when_ms = now_ms + 60000;
        struct job *job = find_due(sender, now_ms, &when_ms);
        begin_errand(&errand, sender, arena);
        if (job && job->sender >= 0 && !have_printer(sender))
            wait_until(spool, now_ms + LOCK_RETRY_MS);
        else if (job)
            serve(sender, &errand, job);
        else
            be_idle(sender, &errand, now_ms, when_ms);
        arena_reset(arena);
    }
    pthread_mutex_unlock(&spool->lock);
    arena_free(arena);
    return NULL;
}

static bool
begin_one(struct sender *sender)
{
    pthread_attr_t attr;
    sigset_t all, old;
    char name[16];
    pthread_attr_init(&attr);
    pthread_attr_setstacksize(&attr, STACK_BYTES);
    sigfillset(&all); /* the host's signals are the host's threads' */
    pthread_sigmask(SIG_SETMASK, &all, &old);
    sender->is_begun = pthread_create(&sender->thread, &attr, run, sender) == 0;
    pthread_sigmask(SIG_SETMASK, &old, NULL);
    pthread_attr_destroy(&attr);
    if (sender->is_begun) {
        snprintf(name, sizeof(name), "tuck-%.10s", sender->printer->name);
        pthread_setname_np(sender->thread, name);
    }
    return sender->is_begun;
}

enum status
senders_begin(struct spool *spool, struct notes *notes)
{
    size_t count = spool->settings.printer_count;
    struct sender *senders = calloc(count ? count : 1, sizeof(*senders));
    if (!senders)
        return STATUS_NO_MEMORY;
    for (size_t i = 0; i < count; i++) {
        senders[i].spool = spool;
        senders[i].index = (int32_t)i;
        senders[i].printer = &spool->settings.printers[i];
        senders[i].lock_fd = -1;
    }
    pthread_mutex_lock(&spool->lock);
    spool->senders = senders;
    pthread_mutex_unlock(&spool->lock);
    for (size_t i = 0; i < count; i++)
        if (!begin_one(&senders[i]))
            return note_fail(notes, STATUS_OUTSIDE, NOTE_SPOOL_THREAD, NULL, 0,
                             "no thread can be started for printer %s",
                             senders[i].printer->name);
    return STATUS_OK;
}

/* Is a transfer under way? What only asks or tells need not be waited for. */
static bool
is_any_sending(const struct spool *spool)
{
    for (size_t i = 0; i < spool->active_count; i++) {
        enum spool_state state = spool->active[i]->file.entry.state;
        if (spool->active[i]->is_busy &&
            (state == SPOOL_WAITING || state == SPOOL_SENDING))
            return true;
    }
    return false;
}

static void
cut_short(struct spool *spool)
{
    for (size_t i = 0; i < spool->settings.printer_count; i++)
        __atomic_store_n(&spool->senders[i].hurry, 1, __ATOMIC_RELAXED);
}

void
senders_end(struct spool *spool, int32_t grace_ms)
{
    int64_t until_ms = clock_monotonic_ms() + grace_ms;
    if (!spool->senders)
        return;
    pthread_mutex_lock(&spool->lock);
    spool->is_ending = true;
    cut_short(spool);
    pthread_cond_broadcast(&spool->changed);
    while (is_any_sending(spool) && clock_monotonic_ms() < until_ms)
        wait_until(spool, until_ms);
    __atomic_store_n(&spool->cancel, 1, __ATOMIC_RELAXED);
    pthread_mutex_unlock(&spool->lock);
    for (size_t i = 0; i < spool->settings.printer_count; i++) {
        struct sender *sender = &spool->senders[i];
        if (sender->is_begun)
            pthread_join(sender->thread, NULL);
        fd_closep(&sender->lock_fd);
        arena_free(sender->report_arena);
    }
    pthread_mutex_lock(&spool->lock);
    free(take(spool->senders));
    pthread_mutex_unlock(&spool->lock);
}
