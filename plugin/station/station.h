/* The station: one carton's way through the rooms. The only room that knows all others,
 * and the only one that logs.
 *
 * A shop is immutable once open and shared by threads; what belongs to one thread at a
 * time (compiled conditions, a ledger connection, an HTTP handle, date formatters) is a
 * bench, borrowed for a call. The structs of tuck.h are used as they are; abi/ has
 * checked sizes and pointers before. */
#ifndef TUCK_STATION_STATION_H
#define TUCK_STATION_STATION_H

#include "base/note.h"
#include "base/text.h"
#include "tuck.h"

/* --- shop.c --------------------------------------------------------------------- */

enum status shop_open(const struct tuck_open *how, struct notes *notes,
                      struct tuck_shop **ret);
void shop_close(struct tuck_shop *shop);
int32_t shop_workers(struct tuck_shop *shop, int32_t *ret_pids, int32_t most);
enum status shop_say(struct tuck_shop *shop, const char *ticket, int32_t what,
                     const char *reason, struct notes *notes);
enum status shop_void(struct tuck_shop *shop, const char *order, const char *reason,
                      struct notes *notes);
void shop_log(struct tuck_shop *shop, const struct notes *notes);
/* False, NULL: past the last. */
bool shop_offer(const struct tuck_shop *shop, int64_t index, struct tuck_offer *ret);
const char *shop_language(const struct tuck_shop *shop, int64_t index);
const char *shop_folder(const struct tuck_shop *shop, int64_t index);
/* A note as hosts see it; its texts are lent by `note`. */
struct tuck_note note_as_told(const struct note *note);

/* --- carton.c ------------------------------------------------------------------- */

/* Always gives a carton, but for STATUS_NO_MEMORY. */
enum status carton_pack(struct tuck_shop *shop, const struct tuck_order *order,
                        struct tuck_carton **ret);
void carton_free(struct tuck_carton *carton);
void carton_info(const struct tuck_carton *carton, struct tuck_carton_info *ret);
bool carton_piece(const struct tuck_carton *carton, int64_t index,
                  struct tuck_piece *ret);
const struct notes *carton_notes(const struct tuck_carton *carton);
enum status carton_text(struct tuck_carton *carton, int32_t what, const char **ret,
                        size_t *ret_length);
enum status carton_sheet(struct tuck_carton *carton, int64_t index, int32_t format,
                         int32_t dpi, int32_t budget_ms, const void **ret_bytes,
                         size_t *ret_length);

/* --- print.c --------------------------------------------------------------------- */

enum status carton_print(struct tuck_carton *carton, const char *printer,
                         int32_t budget_ms);
bool carton_sent(const struct tuck_carton *carton, int64_t index, struct tuck_sent *ret);

/* --- printers.c, jobs.c ------------------------------------------------------------- */

enum status station_printers(struct tuck_shop *shop, int32_t budget_ms,
                             struct tuck_found **ret, struct notes *notes);
enum status station_test_page(struct tuck_shop *shop, const char *printer,
                              int64_t *ret_job, struct notes *notes);
enum status station_jobs(struct tuck_shop *shop, uint32_t states, const char *printer,
                         const char *order, struct tuck_found **ret, struct notes *notes);
/* Bytes from malloc(). */
enum status station_job_sheet(struct tuck_shop *shop, int64_t id, void **ret_bytes,
                              size_t *ret_length, struct notes *notes);
enum status station_job_do(struct tuck_shop *shop, int64_t id, int32_t what,
                           const char *with, int64_t *ret_id, struct notes *notes);
enum status station_settle(struct tuck_shop *shop, int32_t budget_ms);

/* --- fit.c --------------------------------------------------------------------------- */

/* Bytes from malloc(). */
enum status station_simulate(struct tuck_shop *shop, const struct tuck_simulate *how,
                             void **ret_bytes, size_t *ret_length, struct notes *notes);
enum status station_report(struct tuck_shop *shop, const struct tuck_report *how,
                           void **ret_bytes, size_t *ret_length, struct notes *notes);
enum status station_fit(struct tuck_shop *shop, const struct tuck_fit *how,
                        void **ret_bytes, size_t *ret_length, struct notes *notes);

/* --- wave.c, wave-files.c ------------------------------------------------------------ */

enum status station_wave_add(struct tuck_shop *shop, const char *wave,
                             const struct tuck_wave_order *orders, int64_t count,
                             int64_t *ret_waiting, struct notes *notes);
enum status station_wave_run(struct tuck_shop *shop, const struct tuck_wave_run *how,
                             struct tuck_wave_result *ret, struct notes *notes);
enum status station_waves(struct tuck_shop *shop, const char *name,
                          struct tuck_found **ret, struct notes *notes);
enum status station_wave_write(struct tuck_shop *shop, const char *wave, const char *dir,
                               bool has_separators, int64_t *ret_files,
                               struct notes *notes);
enum status station_wave_drop(struct tuck_shop *shop, const char *wave,
                              struct notes *notes);

/* --- promises.c, reply.c, owed.c, load.c, reprint.c, care.c, key-ring.c ---------------------- */

enum status station_redeem(struct tuck_shop *shop, const struct tuck_redemption *how,
                           struct tuck_found **ret, struct notes *notes);
enum status station_reply(struct tuck_shop *shop, const struct tuck_reply *how,
                          struct tuck_found **ret, struct notes *notes);
enum status station_void_code(struct tuck_shop *shop, const char *code,
                              const char *reason, struct tuck_found **ret,
                              struct notes *notes);
enum status station_check_code(struct tuck_shop *shop, const char *code,
                               struct tuck_found **ret, struct notes *notes);
enum status station_look_up(struct tuck_shop *shop, int32_t by, const char *name,
                            struct tuck_found **ret, struct notes *notes);
enum status station_liability(struct tuck_shop *shop, struct tuck_found **ret,
                              struct notes *notes);
enum status station_pools(struct tuck_shop *shop, struct tuck_found **ret,
                          struct notes *notes);
enum status station_keys(struct tuck_shop *shop, struct tuck_found **ret,
                         struct notes *notes);
enum status station_load(struct tuck_shop *shop, const struct tuck_load *how,
                         struct tuck_loaded *ret, struct notes *notes);
enum status station_reprint(struct tuck_shop *shop, const char *order,
                            const char *package, struct tuck_carton **ret,
                            struct notes *notes);
enum status station_sweep(struct tuck_shop *shop, struct tuck_swept *ret,
                          struct notes *notes);
enum status station_forget(struct tuck_shop *shop, const char *customer,
                           struct notes *notes);
/* Bytes from malloc(). */
enum status station_export(struct tuck_shop *shop, const char *customer, void **ret_bytes,
                           size_t *ret_length, struct notes *notes);
enum status station_backup(struct tuck_shop *shop, const char *path, struct notes *notes);
enum status station_verify(struct tuck_shop *shop, struct notes *notes);
enum status station_keys_make(struct tuck_shop *shop, struct notes *notes);
enum status station_keys_rotate(struct tuck_shop *shop, struct notes *notes);
enum status station_keys_retire(struct tuck_shop *shop, const char *id,
                                struct notes *notes);
const char *shop_keys_path(const struct tuck_shop *shop);
bool shop_has_press(const struct tuck_shop *shop);

/* --- found.c -------------------------------------------------------------------- */

bool found_answer(const struct tuck_found *found, struct tuck_answer *ret);
bool found_promise(const struct tuck_found *found, int64_t index,
                   struct tuck_promise *ret);
bool found_event(const struct tuck_found *found, int64_t promise, int64_t index,
                 struct tuck_event *ret);
bool found_debt(const struct tuck_found *found, int64_t index, struct tuck_debt *ret);
bool found_total(const struct tuck_found *found, int64_t index, struct tuck_debt *ret);
bool found_pool(const struct tuck_found *found, int64_t index, struct tuck_pool *ret);
bool found_printer(const struct tuck_found *found, int64_t index,
                   struct tuck_printer *ret);
bool found_job(const struct tuck_found *found, int64_t index, struct tuck_job *ret);
bool found_job_event(const struct tuck_found *found, int64_t job, int64_t index,
                     struct tuck_job_event *ret);
bool found_wave(const struct tuck_found *found, int64_t index, struct tuck_wave *ret);
bool found_problem(const struct tuck_found *found, int64_t index,
                   struct tuck_wave_problem *ret);
bool found_key(const struct tuck_found *found, int64_t index, struct tuck_key *ret);
void found_free(struct tuck_found *found);

/* --- replay.c --------------------------------------------------------------------- */

enum status station_replay(struct tuck_shop *shop, const char *order,
                           tuck_replayed_fn *each, void *each_data, struct notes *notes);

/* --- for ops -------------------------------------------------------------------- */

/* `html`: NULL, or gets a page with pictures. */
enum status station_check(const struct tuck_open *how, tuck_progress_fn *progress,
                          void *progress_data, struct notes *notes, struct buf *html);
enum status station_import(struct tuck_shop *shop, const struct tuck_import *how,
                           struct tuck_import_result *ret, struct notes *notes);
/* Bytes from malloc(). */
enum status station_contact_sheet(struct tuck_shop *shop,
                                  struct tuck_carton *const *cartons, int64_t count,
                                  const char *title, int32_t format, void **ret_bytes,
                                  size_t *ret_length, struct notes *notes);
enum status station_bundle(struct tuck_shop *shop, struct tuck_carton *const *cartons,
                           int64_t count, void **ret_bytes, size_t *ret_length,
                           struct notes *notes);
/* At `dpi`; 0: as the cartons' sheets are. */
enum status station_scan(struct tuck_shop *shop, struct tuck_carton *const *cartons,
                         int64_t count, int32_t dpi, tuck_scanned_fn *each,
                         void *each_data, struct notes *notes);
enum status station_drop(const char *dir, const char *name, const void *bytes,
                         size_t length, struct notes *notes);

#endif
