#!/bin/sh
# moc, uic and rcc on a class, a form and a resource. PREFIX is the environment that the package is installed in.
set -eu

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

cat >counter.h <<'HEADER'
#include <QObject>
class Counter : public QObject {
    Q_OBJECT
    Q_PROPERTY(int value READ value NOTIFY valueChanged)
public:
    int value() const { return 0; }
signals:
    void valueChanged(int value);
};
HEADER
moc counter.h -o counter.moc.cpp
grep -q 'qt_meta_stringdata_Counter' counter.moc.cpp
echo "moc: $(wc -l <counter.moc.cpp) lines"

cat >window.ui <<'FORM'
<?xml version="1.0" encoding="UTF-8"?>
<ui version="4.0"><class>Window</class>
 <widget class="QWidget" name="Window"><property name="windowTitle"><string>hallmark</string></property></widget>
</ui>
FORM
uic window.ui -o window.h
grep -q 'class Ui_Window' window.h
echo "uic: $(wc -l <window.h) lines"

echo 'a resource' >text.txt
echo '<RCC><qresource prefix="/"><file>text.txt</file></qresource></RCC>' >resources.qrc
rcc resources.qrc -o resources.cpp
grep -q 'qInitResources' resources.cpp
echo "rcc: $(wc -l <resources.cpp) lines"

echo 'TEMPLATE = app' >empty.pro
qmake empty.pro
test -s Makefile
echo "qmake: $(wc -l <Makefile) lines"
