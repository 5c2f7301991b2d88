/* What stands in for the PostgreSQL driver where tuck is built without libpq: a word. */
#include "ledger/postgres.h"

enum status
sql_open_postgres(const char *uri, bool may_write, const struct patience *patience,
                  struct notes *notes, struct sql **ret)
{
    (void)uri, (void)may_write, (void)patience, (void)ret;
    return note_fail(notes, STATUS_BAD_INPUT, NOTE_LEDGER_BAD_URI, NULL, 0,
                     "this tuck was built without PostgreSQL");
}

enum status
sql_postgres_script(struct sql *sql, const char *script, struct notes *notes)
{
    (void)sql, (void)script, (void)notes;
    return STATUS_BUG; /* there is no connection to run it on */
}

enum status
postgres_migrate(struct sql *sql, struct notes *notes)
{
    (void)sql, (void)notes;
    return STATUS_BUG; /* likewise */
}
