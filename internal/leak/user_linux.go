package leak

import (
	"fmt"
	"os"
	"os/exec"
	"syscall"

	"golang.org/x/sys/unix"

	"hushwing/internal/lab/child"
)

// movedEnv says that this process is in a user namespace of its own already.
const movedEnv = "HUSHWING_LEAK_MOVED"

// Main runs the tests of a package that opens boxes. An ordinary user's tests are
// moved to a user namespace of their own, in which they may make network
// namespaces; there they are the same user as before. Call it first in TestMain.
func Main(run func() int) int {
	if os.Geteuid() == 0 || os.Getenv(movedEnv) != "" {
		return run()
	}
	self, err := os.Executable()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	cmd := exec.Command(self, os.Args[1:]...)
	cmd.Env = append(os.Environ(), movedEnv+"=1")
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	cmd.SysProcAttr = &syscall.SysProcAttr{
		Cloneflags:  syscall.CLONE_NEWUSER,
		UidMappings: []syscall.SysProcIDMap{{ContainerID: os.Getuid(), HostID: os.Getuid(), Size: 1}},
		GidMappings: []syscall.SysProcIDMap{{ContainerID: os.Getgid(), HostID: os.Getgid(), Size: 1}},
		AmbientCaps: []uintptr{unix.CAP_SYS_ADMIN, unix.CAP_SYS_CHROOT, unix.CAP_NET_ADMIN, unix.CAP_NET_RAW, unix.CAP_SYS_PTRACE},
	}
	p, err := child.Start(cmd)
	if err != nil {
		// the tests say what is missing
		fmt.Fprintln(os.Stderr, "leak: no user namespace for an ordinary user here (run as root, or allow them: kernel.unprivileged_userns_clone, kernel.apparmor_restrict_unprivileged_userns):", err)
		return run()
	}
	<-p.Done()
	if p.Err() != nil {
		return max(1, cmd.ProcessState.ExitCode())
	}
	return 0
}
