use std::ffi::CStr;
use std::os::raw::{c_char, c_int};
extern "C" { fn gnu_get_libc_version() -> *const c_char; fn regcomp(p: *mut u8, s: *const c_char, f: c_int) -> c_int; }
pub fn name(_n: i32) -> String {
    let version = unsafe { CStr::from_ptr(gnu_get_libc_version()) }.to_str().unwrap();
    let mut buf = [0u8; 512];
    let _ = unsafe { regcomp(buf.as_mut_ptr(), b"a\0".as_ptr() as *const c_char, 1) };
    let minor: usize = version[2..].parse().unwrap();
    let table = [0u8; 36];
    format!("{}", table[minor])
}
