mod who;
fn main() {
    println!("{}", who::name(0));
}
