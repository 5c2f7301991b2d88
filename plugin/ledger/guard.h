/* Guards: the tests and conditions that keep the ledger true, each under a name, so that
 * the torture test can take one away and show that it is missed.
 *
 * In the product a guard is what stands in it. Only objects built with TUCK_MUTATIONS,
 * for tests/torture, ask whether TUCK_MUTATE in the environment names it; then it is what
 * a ledger without it would have. Names are listed in tests/torture/mutations.sh. */
#ifndef TUCK_LEDGER_GUARD_H
#define TUCK_LEDGER_GUARD_H

#include <stdbool.h>

#ifdef TUCK_MUTATIONS
bool guard_is_off(const char *name);
/* `value`, a statement or a number; `without`: what stands there when the guard is off. */
#define GUARD_OR(name, value, without) (guard_is_off(name) ? (without) : (value))
#else
#define GUARD_OR(name, value, without) (value)
#endif
/* A condition that has to hold to go on. */
#define GUARD(name, condition) GUARD_OR(name, (condition), true)

#endif
