fn main() {
    let v: Vec<i32> = std::env::args().map(|a| a.len() as i32).collect();
    let i = v.len() + 3;
    unsafe { *(0 as *mut i32) = v[0]; }
    println!("{}", v[i]);
}
