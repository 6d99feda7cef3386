//go:build linux && (amd64 || arm64)

package cage

import (
	"encoding/binary"
	"testing"

	"golang.org/x/net/bpf"
	"golang.org/x/sys/unix"
)

// TestFilter asks programs that write wrote, without the kernel: what a cage's
// own calls are answered by it says in the other tests here.
func TestFilter(t *testing.T) {
	const (
		never = 500 + iota
		gone
		some  // refused if the first is not 7 and the second has bit 4, or the third is 9
		plain // refused if the first has no bit 1
		free
	)
	program, err := write([]uint32{gone}, []uint32{never}, []condition{
		when(some, not(0, 7), bits(1, 4)),
		when(plain, noBit(0, 1)),
		when(some, low(2, 9)),
	})
	if err != nil {
		t.Fatal(err)
	}
	code := make([]bpf.Instruction, len(program))
	for i, f := range program {
		code[i] = bpf.RawInstruction{Op: f.Code, Jt: f.Jt, Jf: f.Jf, K: f.K}.Disassemble()
	}
	vm, err := bpf.NewVM(code)
	if err != nil {
		t.Fatal(err)
	}
	const (
		yes    = uint32(unix.SECCOMP_RET_ALLOW)
		no     = uint32(unix.SECCOMP_RET_ERRNO | unix.EACCES)
		absent = uint32(unix.SECCOMP_RET_ERRNO | unix.ENOSYS)
		above  = 1 << 32 // what the kernel does not read of most numbers
	)
	for _, c := range []struct {
		call, machine uint32
		args          [6]uint64
		want          uint32
	}{
		{never, machine, [6]uint64{}, no},
		{never, machine, [6]uint64{^uint64(0), 1, 2, 3, 4, 5}, no},
		{gone, machine, [6]uint64{}, absent},
		{free, machine, [6]uint64{}, yes},
		{free, machine ^ 1, [6]uint64{}, unix.SECCOMP_RET_ERRNO | uint32(unix.EPERM)},
		{some, machine, [6]uint64{7, 4}, yes},
		{some, machine, [6]uint64{7 | above, 4}, no},
		{some, machine, [6]uint64{8, 4}, no},
		{some, machine, [6]uint64{8, 4 | above | 3}, no},
		{some, machine, [6]uint64{8, 3}, yes},
		{some, machine, [6]uint64{8, 3 | 4<<32}, yes},
		{some, machine, [6]uint64{7, 0, 9}, no},
		{some, machine, [6]uint64{7, 0, 9 | above}, no},
		{some, machine, [6]uint64{7, 0, 8}, yes},
		{plain, machine, [6]uint64{1}, yes},
		{plain, machine, [6]uint64{2}, no},
		{plain, machine, [6]uint64{2 | above}, no},
		// An argument is not taken for the number of another call.
		{some, machine, [6]uint64{7, plain, plain}, yes},
		{plain, machine, [6]uint64{never}, no},
		{plain, machine, [6]uint64{gone}, yes},
	} {
		seen := binary.BigEndian.AppendUint32(nil, c.call) // the machine here reads so
		seen = binary.BigEndian.AppendUint32(seen, c.machine)
		seen = append(seen, make([]byte, 8)...)
		for _, a := range c.args {
			seen = binary.BigEndian.AppendUint32(seen, uint32(a))
			seen = binary.BigEndian.AppendUint32(seen, uint32(a>>32))
		}
		got, err := vm.Run(seen)
		if err != nil {
			t.Fatal(err)
		}
		if uint32(got) != c.want {
			t.Errorf("call %d %x of %x: %x, want %x", c.call, c.args, c.machine, got, c.want)
		}
	}
}

// TestFilterTooLong: what cannot be jumped over is no filter, rather than
// another one.
func TestFilterTooLong(t *testing.T) {
	var all []condition
	for v := range uint32(100) {
		all = append(all, when(1, low(0, v)))
	}
	if _, err := write(nil, nil, all); err == nil {
		t.Error("a part of 301 instructions was written")
	}
}
