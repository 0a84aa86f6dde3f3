package boom

import (
	"net"
	"os/user"
	"testing"
)

// One dial and one lookup after it. The patches have connect look the user up as well, once it was woken: a second
// lookup, which only sometimes happens in another thread than the first.
func TestBoom(t *testing.T) {
	conn, err := net.Dial("tcp", "localhost:5423")
	_, _ = user.Current()
	t.Logf("conn: %v, err: %v", conn, err)
}
