#!/bin/bash
# languages.sh: brings messages.pot and every catalogue up to date with the
# source, and says how much of each language is still to be translated.
#
# What is new comes with an empty translation: nothing is guessed from a
# sentence that looks alike, because a wrong sentence is worse than an English
# one. What the program no longer says is taken out.
. "$(dirname "$0")/common.sh"
build/deps.sh test
use_go

go run ./i18n/extract
missing=0
for po in i18n/po/*.po; do
  language=$(basename "$po" .po)
  if [ "$language" = en ]; then continue; fi
  # No file names in the catalogues: they are part of the program.
  msgmerge --quiet --update --backup=none --no-fuzzy-matching --no-location --no-wrap "$po" i18n/messages.pot
  msgattrib --no-obsolete --no-wrap -o "$po" "$po"
  # Apart from the count, which ends with an error where there is none to count: what
  # msgattrib cannot read must not look like a whole catalogue.
  left=$(msgattrib --untranslated "$po")
  open=$(grep -c '^msgid ' <<<"$left" || true)
  if [ "$open" -gt 0 ]; then open=$((open - 1)); fi # the header
  say "$language: $open to translate"
  missing=$((missing + open))
done
finish "$missing sentences to translate, looked for"
