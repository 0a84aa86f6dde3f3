use std::collections::HashMap;
fn lookup(m: &HashMap<&str, u32>, k: &str) -> u32 {
    *m.get(k).unwrap()
}
fn main() {
    let mut m = HashMap::new();
    m.insert("a", 1);
    let h = std::thread::spawn(move || lookup(&m, "b"));
    println!("{}", h.join().unwrap());
}
