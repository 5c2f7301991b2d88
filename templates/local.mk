EXTRA_DIST += templates/template.rnc templates/template.rng
