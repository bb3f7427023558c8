//! `#[store_test]`: one test, both engines.
//!
//! ```text
//! #[store_test]
//! async fn a_dose_is_found_again(db: TestDb) { … }
//! ```
//! becomes `a_dose_is_found_again::sqlite` and `a_dose_is_found_again::postgres`, each on a fresh migrated database.
//! `#[store_test(prepare = path)]` starts from another constant than `pramaan_store::testing::MIGRATED`, such as
//! `pramaan_store::testing::EMPTY`.

use proc_macro::TokenStream;
use quote::quote;
use syn::{ItemFn, Path, parse_macro_input};

#[proc_macro_attribute]
pub fn store_test(arguments: TokenStream, item: TokenStream) -> TokenStream {
    let mut prepare: Option<Path> = None;
    let parser = syn::meta::parser(|meta| {
        if meta.path.is_ident("prepare") {
            prepare = Some(meta.value()?.parse()?);
            return Ok(());
        }
        Err(meta.error("the only argument is `prepare = path::to::a::Prepare`"))
    });
    parse_macro_input!(arguments with parser);
    let function = parse_macro_input!(item as ItemFn);
    if function.sig.asyncness.is_none() || function.sig.inputs.len() != 1 {
        let wanted = "a store test is an `async fn` with one argument, `db: TestDb`";
        return syn::Error::new_spanned(&function.sig, wanted)
            .to_compile_error()
            .into();
    }
    let prepare = prepare.map_or_else(
        || quote!(::pramaan_store::testing::MIGRATED),
        |path| quote!(#path),
    );
    let name = &function.sig.ident;
    quote! {
        mod #name {
            use super::*;

            #function

            #[test]
            fn sqlite() {
                ::pramaan_store::testing::run(::pramaan_store::Engine::Sqlite, #prepare, #name);
            }

            #[test]
            fn postgres() {
                ::pramaan_store::testing::run(::pramaan_store::Engine::Postgres, #prepare, #name);
            }
        }
    }
    .into()
}
