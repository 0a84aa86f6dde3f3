mod hook;

fn main() {
    println!("malloc's hook: {}", hook::current());
}
