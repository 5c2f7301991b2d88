# The shop's look: schema, theme, pages and art. They install as they lie here.
EXTRA_DIST += templates/template.rnc templates/template.rng templates/README.md

nobase_dist_pkgdata_DATA += templates/theme.xml templates/thermal.xml templates/plain.xml \
	templates/badge/template.xml \
	templates/challenge/template.xml \
	templates/challenge-met/template.xml \
	templates/leaderboard/template.xml \
	templates/points-expiry/template.xml \
	templates/points-statement/template.xml \
	templates/reward-in-reach/template.xml \
	templates/surprise/template.xml \
	templates/tier-risen/template.xml \
	templates/anniversary/template.xml \
	templates/apology/template.xml \
	templates/birthday-again/template.xml \
	templates/birthday/template.xml \
	templates/box-front/template.xml \
	templates/box-lid/template.xml \
	templates/brew-lesson/template.xml \
	templates/brewing-guide/template.xml \
	templates/care-card/template.xml \
	templates/choose-one/template.xml \
	templates/coupon-amount/template.xml \
	templates/coupon-birthday/template.xml \
	templates/coupon-make-good/template.xml \
	templates/coupon-percent/template.xml \
	templates/coupon-tier/template.xml \
	templates/coupon-win-back/template.xml \
	templates/easy-returns/template.xml \
	templates/first-dibs/template.xml \
	templates/first-look/template.xml \
	templates/follow-up/template.xml \
	templates/found-it/template.xml \
	templates/gift-note/template.xml \
	templates/how-to/template.xml \
	templates/just-because/template.xml \
	templates/local-holiday/template.xml \
	templates/local-shelf/template.xml \
	templates/low-effort/template.xml \
	templates/mended/template.xml \
	templates/milestone/template.xml \
	templates/moment/template.xml \
	templates/once-liked/template.xml \
	templates/pick-slip/template.xml \
	templates/picked-for-you/template.xml \
	templates/plain-label/template.xml \
	templates/printer-test/template.xml \
	templates/rainy-weekend/template.xml \
	templates/refer-a-friend/template.xml \
	templates/remembered/template.xml \
	templates/second-parcel/template.xml \
	templates/store-near/template.xml \
	templates/streak/template.xml \
	templates/survey/template.xml \
	templates/tasting-circle/template.xml \
	templates/thank-you-label/template.xml \
	templates/thank-you/template.xml \
	templates/thermal-coupon/template.xml \
	templates/thermal-thank-you/template.xml \
	templates/tier-progress/template.xml \
	templates/unboxing/template.xml \
	templates/wave-separator/template.xml \
	templates/welcome/template.xml \
	templates/you-asked/template.xml \
	templates/your-taste/template.xml

nobase_dist_pkgdata_DATA += \
	templates/art/chili.svg \
	templates/art/cinnamon.svg \
	templates/art/cosy.svg \
	templates/art/cup-mended.svg \
	templates/art/cup-warm.svg \
	templates/art/cup.svg \
	templates/art/curls-paper.svg \
	templates/art/curls-warm.svg \
	templates/art/fern-ghost.svg \
	templates/art/fern-pale.svg \
	templates/art/fern-paper.svg \
	templates/art/fern.svg \
	templates/art/fiddlehead-pale.svg \
	templates/art/fiddlehead.svg \
	templates/art/kettle-fern.svg \
	templates/art/kettle-line.svg \
	templates/art/kettle-pale.svg \
	templates/art/kettle.svg \
	templates/art/logo-black.svg \
	templates/art/logo-ink.svg \
	templates/art/logo-pale.svg \
	templates/art/logo-white.svg \
	templates/art/logo.svg \
	templates/art/mark.svg \
	templates/art/parcel.svg \
	templates/art/rain.svg \
	templates/art/ramp.png \
	templates/art/ruler-inch-across.svg \
	templates/art/ruler-inch-down.svg \
	templates/art/ruler-mm-across.svg \
	templates/art/ruler-mm-down.svg \
	templates/art/spoon-fiddle.svg \
	templates/art/spoon-kettle.svg \
	templates/art/spoon-leaf.svg \
	templates/art/spoon-star.svg \
	templates/art/spoon-sun.svg \
	templates/art/spoon-twist.svg \
	templates/art/star-anise.svg \
	templates/art/strainer.svg \
	templates/art/tea-sprig-line.svg \
	templates/art/tea-sprig-pale.svg \
	templates/art/tea-sprig-white.svg \
	templates/art/tea-sprig.svg \
	templates/art/teapot-candle.svg \
	templates/art/teapot.svg \
	templates/art/tier-bloom-line.svg \
	templates/art/tier-bloom-pale.svg \
	templates/art/tier-bud-line.svg \
	templates/art/tier-bud-pale.svg \
	templates/art/tier-bud.svg \
	templates/art/tier-leaf-line.svg \
	templates/art/tier-leaf-pale.svg \
	templates/art/tier-leaf.svg \
	templates/art/tile-fern-pale.svg \
	templates/art/tile-pots-pale.svg \
	templates/art/tile-spice-pale.svg \
	templates/art/tile-tea-pale.svg \
	templates/art/two-cups.svg \
	templates/art/wedge.png \
	templates/art/wordmark.svg

TESTS += tests/house/templates-valid.sh
EXTRA_DIST += tests/house/templates-valid.sh

if HAVE_CMOCKA
check_PROGRAMS += tests/unit/test-labels
TESTS += tests/unit/test-labels
tests_unit_test_labels_SOURCES = tests/unit/test-labels.c
tests_unit_test_labels_CPPFLAGS = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS) \
	-DWORKER_PATH='"$(abs_top_builddir)/tuck-press"' \
	-DFONTS_CONF='"$(abs_top_srcdir)/plugin/page/fonts.conf"' \
	-DTEMPLATE_DIR='"$(abs_top_srcdir)/templates"'
tests_unit_test_labels_LDADD = plugin/press/libpress.la plugin/base/libbase.la $(CMOCKA_LIBS)
endif
