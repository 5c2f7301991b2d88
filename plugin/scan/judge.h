/* The judging itself, in tuck-scan. */
#ifndef TUCK_SCAN_JUDGE_H
#define TUCK_SCAN_JUDGE_H

#include "scan/scan-wire.h"

enum status judge(const struct scan_errand *errand, struct arena *arena,
                  struct scan_verdict *ret);

#endif
