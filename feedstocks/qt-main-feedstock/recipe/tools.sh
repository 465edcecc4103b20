#!/bin/sh
# moc, uic and rcc on a class, a form and a resource. No compiler is needed; what they write was compiled when the package was built.
set -eu

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

moc exercise/counter.h -o "$folder/moc_counter.cpp"
grep -q 'const QMetaObject Counter::staticMetaObject' "$folder/moc_counter.cpp"
grep -q 'void Counter::valueChanged(int _t1)' "$folder/moc_counter.cpp"
echo "moc: $(wc -l <"$folder/moc_counter.cpp") lines"

uic exercise/window.ui -o "$folder/ui_window.h"
grep -q 'class Ui_Window' "$folder/ui_window.h"
grep -q 'QProgressBar \*bar;' "$folder/ui_window.h"
echo "uic: $(wc -l <"$folder/ui_window.h") lines"

rcc exercise/text.qrc -o "$folder/qrc_text.cpp"
grep -q 'qInitResources' "$folder/qrc_text.cpp"
# `a resource`, byte by byte
tr -d '\n ' <"$folder/qrc_text.cpp" | grep -q '0x61,0x20,0x72,0x65,0x73,0x6f,0x75,0x72,0x63,0x65'
echo "rcc: $(wc -l <"$folder/qrc_text.cpp") lines"

# Without a compiler qmake makes no Makefile, but it must know where its own things are.
for name in QT_INSTALL_HEADERS QT_INSTALL_LIBS QT_INSTALL_PLUGINS QT_HOST_BINS; do
  [ -d "$(qmake -query $name)" ]
done
[ -f "$(qmake -query QT_HOST_DATA)/mkspecs/$(qmake -query QMAKE_XSPEC)/qmake.conf" ]
echo "qmake: $(qmake -query | wc -l) answers"

# Half a form and a resource that is not there are refused.
printf '<ui version="4.0"><class>Win' >"$folder/half.ui"
printf '<RCC><qresource><file>none.txt</file></qresource></RCC>' >"$folder/none.qrc"
if uic "$folder/half.ui" >"$folder/out" 2>&1 || rcc "$folder/none.qrc" >"$folder/out" 2>&1; then
  echo "error: damaged input was taken" >&2
  exit 1
fi
