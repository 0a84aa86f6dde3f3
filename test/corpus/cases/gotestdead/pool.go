package pool

type Pool struct{ slots chan int }

func New(n int) *Pool { return &Pool{slots: make(chan int, n)} }
func (p *Pool) Get() int { return <-p.slots }
func (p *Pool) Put(i int) { p.slots <- i }
