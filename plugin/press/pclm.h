/* What both who writes PCLm and who checks it know. */
#ifndef TUCK_PRESS_PCLM_H
#define TUCK_PRESS_PCLM_H

#define PCLM_FIRST_LINES "%PDF-1.7\n%PCLm 1.0\n"
#define PCLM_STRIP_ROWS 16 /* what printers prefer that say (pclm-strip-height-preferred) */

#endif
