/* A label printer on a port of loopback, with all its moods: for tests and benches.
 *
 * A mood is words with blanks between them; none is a healthy printer that speaks ZPL:
 *
 *   media-out head-open ribbon-out   it is silent and prints nothing, as a Zebra does
 *   talks            … but answers all the same, with the flags set
 *   paused           answers with the flag, prints nothing
 *   buffer-full      answers with the flag
 *   print=MS         a label takes so long; without it none takes any time
 *   tspl=HH          speaks TSPL: <ESC>!? is answered with this byte
 *   mute             answers nothing, prints
 *   no-list          does not answer ^HW
 *   garbage cut      answers with what makes no sense; with half an answer
 *   drip             answers a byte every 20 ms
 *   babble           talks without end, unasked
 *   flood            the same by the megabyte, and it reads only when it is heard
 *   stall=N          of a connection it reads N bytes and no more
 *   reset=N close=N  after N bytes it resets the connection, or closes it
 *   half-close       closes its own side at once, and reads on
 *   keep-open        does not close when the other has
 *   late-reset       resets when the other has closed
 *   deaf             connections are made by the system, but never accepted
 *   refuse           nothing listens
 *   forget           has lost all stored formats, as after a power cycle
 *
 * The document is what came in without the questions. */
#ifndef FAKE_PRINTER_H
#define FAKE_PRINTER_H

#include <stddef.h>
#include <stdint.h>

struct fake;
/* `capture` and `log` may be NULL: files, the document and a line for each event:
 * "NANOSECONDS connect|first-byte|label|stored NAME|missing NAME|end". */
struct fake *fake_start(int port, const char *mood, const char *capture, const char *log);
int fake_port(const struct fake *fake);
void fake_set(struct fake *fake, const char *mood);
void fake_stop(struct fake *fake);

struct fake_counts {
    int connections, labels_in, labels_printed;
};
struct fake_counts fake_counts(struct fake *fake);
/* A copy of the document so far; free() it. */
char *fake_document(struct fake *fake, size_t *ret_n);
void fake_forget_document(struct fake *fake);

#endif
