pkglib_LTLIBRARIES += tuck.la
tuck_la_SOURCES = %D%/entry.c %D%/entry.h %D%/guard.h %D%/print.c %D%/promise.c %D%/wave.c %D%/learn.c %D%/sized.c %D%/sized.h plugin/tuck.h
tuck_la_CPPFLAGS = $(AM_CPPFLAGS) $(XML_CFLAGS) -DTUCK_BUILDING
tuck_la_LDFLAGS = $(AM_LDFLAGS) -module -avoid-version -no-undefined -shared \
	-export-symbols-regex '^tuck_entry$$' -Wl,-z,nodelete -Wl,-z,now -Wl,-z,relro
tuck_la_LIBADD = plugin/station/libstation.la plugin/lang/liblang.la plugin/report/libreport.la plugin/printer/libprinter.la \
	plugin/scan/libscan.la plugin/press/libpress.la plugin/campaign/libcampaign.la \
	plugin/customer/libcustomer.la plugin/ledger/libledger.la \
	plugin/mint/libmint.la plugin/fit/libfit.la plugin/stats/libstats.la \
	plugin/order/liborder.la plugin/fetch/libfetch.la plugin/base/libbase.la
include_HEADERS += plugin/tuck.h
pkgconfigdir = $(libdir)/pkgconfig
pkgconfig_DATA = plugin/tuck.pc
