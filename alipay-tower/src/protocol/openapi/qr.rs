//! The text of a code as a picture.

use std::fmt;

use qrcode::{EcLevel, QrCode as Modules, render::svg};

/// How many modules of white stand around a code: readers need four.
const QUIET: usize = 4;

/// The picture of a code for the buyer to scan, such as [`PrecreateAnswer::qr_code`](super::PrecreateAnswer::qr_code).
///
/// ```
/// use alipay_tower::protocol::openapi::QrCode;
///
/// let code = QrCode::new("https://qr.alipay.com/bax00000000000000000")?;
/// assert!(code.svg().contains("<svg"));
/// assert!(code.png(4)?.starts_with(b"\x89PNG"));
/// # Ok::<(), alipay_tower::protocol::openapi::QrError>(())
/// ```
#[derive(Clone)]
pub struct QrCode(Modules);

/// A text that no code can hold, or a picture that is too large.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct QrError;

impl QrCode {
    /// Encodes a text of up to 1024 characters.
    ///
    /// # Errors
    ///
    /// [`QrError`] for a longer text.
    pub fn new(text: &str) -> Result<Self, QrError> {
        if text.len() > 1024 {
            return Err(QrError);
        }
        Modules::with_error_correction_level(text, EcLevel::M).map(Self).map_err(|_| QrError)
    }

    /// An SVG document that scales to any size, black on white.
    #[must_use]
    pub fn svg(&self) -> String {
        self.0.render::<svg::Color<'_>>().min_dimensions(200, 200).build()
    }

    /// A PNG picture, black on white, with so many pixels (1 to 32) for each module.
    ///
    /// # Errors
    ///
    /// [`QrError`] for any other number of pixels.
    pub fn png(&self, pixels: u32) -> Result<Vec<u8>, QrError> {
        let scale = usize::try_from(pixels).ok().filter(|pixels| (1..=32).contains(pixels)).ok_or(QrError)?;
        let (modules, width) = (self.0.to_colors(), self.0.width());
        let dark = |row: usize, column: usize| {
            let inside = |at: usize| at.checked_sub(QUIET).filter(|at| *at < width);
            let module =
                inside(row).zip(inside(column)).and_then(|(row, column)| modules.get(row * width + column));
            module.is_some_and(|module| *module == qrcode::Color::Dark)
        };
        let side = (width + 2 * QUIET) * scale;
        let mut image = Vec::with_capacity(side * side);
        for row in 0..side {
            image.extend((0..side).map(|column| if dark(row / scale, column / scale) { 0 } else { 255 }));
        }
        let side = u32::try_from(side).map_err(|_| QrError)?;
        let mut file = Vec::new();
        let mut encoder = png::Encoder::new(&mut file, side, side);
        encoder.set_color(png::ColorType::Grayscale);
        encoder.set_depth(png::BitDepth::Eight);
        let mut writer = encoder.write_header().map_err(|_| QrError)?;
        writer.write_image_data(&image).map_err(|_| QrError)?;
        writer.finish().map_err(|_| QrError)?;
        Ok(file)
    }
}

impl fmt::Debug for QrCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("QrCode").field("width", &self.0.width()).finish_non_exhaustive()
    }
}

impl fmt::Display for QrError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text of more than 1024 characters, or a picture of other than 1 to 32 pixels a module")
    }
}

impl std::error::Error for QrError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_picture_has_the_modules_and_a_quiet_zone() {
        let code = QrCode::new("https://qr.alipay.com/x").unwrap();
        let file = code.png(2).unwrap();
        let mut reader = png::Decoder::new(std::io::Cursor::new(&file)).read_info().unwrap();
        let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
        let info = reader.next_frame(&mut pixels).unwrap();
        let side = info.width as usize;
        assert_eq!(side, (code.0.width() + 8) * 2);
        assert!(pixels[..side * 8].iter().all(|pixel| *pixel == 255), "the quiet zone is white");
        assert_eq!(pixels[side * 8 + 8], 0, "the corner of the finder is black");
        assert!(code.svg().starts_with("<?xml"));
    }

    #[test]
    fn limits_hold() {
        assert!(QrCode::new(&"a".repeat(1024)).is_ok());
        assert_eq!(QrCode::new(&"a".repeat(1025)).unwrap_err(), QrError);
        let code = QrCode::new("a").unwrap();
        assert!(code.png(0).is_err() && code.png(33).is_err() && code.png(32).is_ok());
    }
}
