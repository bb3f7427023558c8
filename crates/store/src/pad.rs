//! Padding before sealing: a ciphertext is as long as its plaintext, and lengths tell ("female" is not "male").
//!
//! `length (4, big endian) ‖ plaintext ‖ zeros`, up to a multiple of a block that is chosen for each column so that almost
//! every value fits one.

const PREFIX: usize = 4;

pub(crate) fn padded(plain: &[u8], block: usize) -> Vec<u8> {
    let length = u32::try_from(plain.len()).unwrap_or(u32::MAX);
    let mut padded = length.to_be_bytes().to_vec();
    padded.extend_from_slice(plain);
    padded.resize((PREFIX + plain.len()).next_multiple_of(block), 0);
    padded
}

/// What was padded; `None` for bytes that [`padded`] did not make.
pub(crate) fn unpadded(padded: &[u8]) -> Option<&[u8]> {
    let (length, rest) = padded.split_first_chunk::<PREFIX>()?;
    let (plain, zeros) = rest.split_at_checked(usize::try_from(u32::from_be_bytes(*length)).ok()?)?;
    zeros.iter().all(|byte| *byte == 0).then_some(plain)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn what_was_padded_comes_back_and_only_the_block_shows(
            plain in proptest::collection::vec(any::<u8>(), 0..300),
            block in 1_usize..200,
        ) {
            let padded = padded(&plain, block);
            prop_assert_eq!(unpadded(&padded), Some(plain.as_slice()));
            prop_assert_eq!(padded.len(), (plain.len() + 4).div_ceil(block) * block);
        }

        #[test]
        fn other_bytes_are_refused(bytes in proptest::collection::vec(1_u8.., 0..40)) {
            prop_assert_eq!(unpadded(&bytes), None);
        }
    }
}
