// Does a little real work with every library, without a display. Says what it checked; the exit status is the number of failures.
#include "counter.h"
#include "ui_window.h"

#include <QApplication>
#include <QDomDocument>
#include <QFile>
#include <QImage>
#include <QPainter>
#include <QPrinter>
#include <QTcpServer>
#include <QTcpSocket>
#include <QTemporaryDir>
#include <QTimer>
#include <QtConcurrent>

#include <cstdio>

static int failures = 0;

static void check(const char *what, bool holds) {
    std::printf("%s: %s\n", what, holds ? "good" : "WRONG");
    failures += !holds;
}

static QImage picture(QWidget &widget) {
    QImage image(200, 60, QImage::Format_RGB32);
    image.fill(Qt::white);
    widget.render(&image);
    return image;
}

int main(int argc, char **argv) {
    QApplication application(argc, argv);

    check("the version of the library is that of the headers", QLatin1String(qVersion()) == QLatin1String(QT_VERSION_STR));
    check("the event loop runs and ends", [&] {
        QTimer::singleShot(10, &application, [] { QCoreApplication::exit(7); });
        return application.exec() == 7;
    }());
    check("a signal arrives", [] {
        Counter counter;
        int seen = 0;
        QObject::connect(&counter, &Counter::valueChanged, [&seen](int value) { seen = value; });
        return counter.setProperty("value", 42) && seen == 42;
    }());
    check("a resource is there", [] {
        QFile file(QStringLiteral(":/text.txt"));
        return file.open(QIODevice::ReadOnly) && file.readAll() == "a resource\n";
    }());
    check("a form is drawn, and differs when its value does", [] {
        QWidget widget;
        Ui::Window window;
        window.setupUi(&widget);
        widget.resize(200, 60);
        widget.show();
        const QImage empty = picture(widget);
        window.bar->setValue(80);
        return picture(widget) != empty;
    }());
    check("a picture survives PNG and JPEG", [] {
        QImage image(32, 32, QImage::Format_RGB32);
        image.fill(QColor(200, 30, 30));
        QTemporaryDir folder;
        for (const char *format : {"png", "jpg"}) {
            const QString path = folder.filePath(QStringLiteral("picture.") + QLatin1String(format));
            if (!image.save(path, format, 100) || QImage(path).size() != image.size()) return false;
        }
        return true;
    }());
    check("what goes in at one end of a connection comes out at the other", [] {
        QTcpServer server;
        QTcpSocket client;
        if (!server.listen(QHostAddress::LocalHost)) return false;
        client.connectToHost(server.serverAddress(), server.serverPort());
        if (!client.waitForConnected(5000) || !server.waitForNewConnection(5000)) return false;
        QTcpSocket *peer = server.nextPendingConnection();
        client.write("hello");
        return client.waitForBytesWritten(5000) && peer->waitForReadyRead(5000) && peer->readAll() == "hello";
    }());
    check("a document is read", [] {
        QDomDocument document;
        return document.setContent(QByteArrayLiteral("<a><b c='d'/></a>"))
            && document.documentElement().firstChildElement(QStringLiteral("b")).attribute(QStringLiteral("c")) == QLatin1String("d");
    }());
    check("other threads work", QtConcurrent::run([] { return 6 * 7; }).result() == 42);
    check("a PDF is written", [] {
        QTemporaryDir folder;
        const QString path = folder.filePath(QStringLiteral("page.pdf"));
        {
            QPrinter printer;
            printer.setOutputFormat(QPrinter::PdfFormat);
            printer.setOutputFileName(path);
            QPainter painter(&printer);
            painter.drawRect(10, 10, 100, 100);
        }
        QFile file(path);
        return file.open(QIODevice::ReadOnly) && file.read(5) == "%PDF-";
    }());
    return failures;
}
