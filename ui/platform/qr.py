"""Reads the QR codes of a picture: of a file that a person chose, or of the clipboard. The picture goes nowhere."""

from pathlib import Path

from PySide6.QtGui import QImage, QImageReader, QPainter

_MOST_BYTES = 64 * 1024 * 1024


def picture_of(path: Path) -> QImage:
    """Return the picture that a file holds, turned as it is to be seen; a null one where it holds none."""
    try:
        if not path.is_file() or path.stat().st_size > _MOST_BYTES:
            return QImage()
    except OSError:
        return QImage()
    reader = QImageReader(str(path))
    reader.setDecideFormatFromContent(True)
    reader.setAutoTransform(True)
    return reader.read()


def picture_patterns() -> list[str]:
    """Return what names of pictures end in that can be read here, for a file chooser: "*.png"."""
    return sorted(f"*.{bytes(one.data()).decode('ascii')}" for one in QImageReader.supportedImageFormats())


def codes_in(picture: QImage) -> list[str]:
    """Return the texts of all QR codes in a picture, also turned, small, or light on dark; none of a null one."""
    if picture.isNull():
        return []
    import zxingcpp  # two megabytes that hardly anybody needs: only now

    # white behind what is transparent: a code is dark on light
    flat = QImage(picture.size(), QImage.Format.Format_RGB32)
    flat.fill(0xFFFFFFFF)
    painter = QPainter(flat)
    painter.drawImage(0, 0, picture)
    painter.end()
    grey = flat.convertToFormat(QImage.Format.Format_Grayscale8)
    view = zxingcpp.ImageView(
        grey.constBits(), grey.width(), grey.height(), zxingcpp.ImageFormat.Lum, grey.bytesPerLine(), 1
    )
    only = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)
    return [one.text for one in zxingcpp.read_barcodes(view, formats=only)]
