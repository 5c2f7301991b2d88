/* The worker's cage: limits, Landlock, a system-call filter.
 *
 * It is closed before fonts are loaded and before the first stranger's byte is read, so
 * it has to allow lazy fonts and librsvg's threads: Landlock says which files may be
 * read, the filter which calls may be made. A call that is not on the list gets EPERM
 * and not death, because a new C library may try one, and a worker that dies on every
 * piece helps nobody; starting programs and reaching into other processes is death. */
#include "press/confine.h"

#include "base/attr.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <seccomp.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define IS_SANITIZED true /* shadow memory is terabytes; its calls are its own */
#else
#define IS_SANITIZED false
#endif

/* Landlock's interface, as numbers: an older kernel header lacks the later bits. */
#define LL_CREATE 444
#define LL_ADD_RULE 445
#define LL_RESTRICT 446
#define LL_GET_VERSION 1u
#define LL_RULE_PATH 1
#define LL_READ_FILE (UINT64_C(1) << 2)
#define LL_READ_DIR (UINT64_C(1) << 3)

struct ll_ruleset {
    uint64_t fs, net, scoped;
};
struct ll_path {
    uint64_t allowed;
    int32_t parent_fd;
} __attribute__((packed));

static void
limit(__rlimit_resource_t what, rlim_t most)
{
    struct rlimit now;
    if (getrlimit(what, &now) == 0 && now.rlim_max != RLIM_INFINITY &&
        now.rlim_max < most)
        most = now.rlim_max;
    struct rlimit value = {most, most};
    setrlimit(what, &value);
}

/* Everything this version of Landlock can forbid is forbidden. */
static struct ll_ruleset
all_of_version(long version, size_t *ret_size)
{
    struct ll_ruleset rules = {.fs = (UINT64_C(1) << 13) - 1};
    *ret_size = sizeof rules.fs;
    if (version >= 2)
        rules.fs |= UINT64_C(1) << 13; /* REFER */
    if (version >= 3)
        rules.fs |= UINT64_C(1) << 14; /* TRUNCATE */
    if (version >= 5)
        rules.fs |= UINT64_C(1) << 15; /* IOCTL_DEV */
    if (version >= 4) {
        rules.net = 3; /* BIND_TCP, CONNECT_TCP */
        *ret_size = 2 * sizeof(uint64_t);
    }
    if (version >= 6) {
        rules.scoped = 3; /* abstract sockets, signals */
        *ret_size = sizeof rules;
    }
    return rules;
}

static void
allow_reading(int ruleset, const char *path)
{
    int fd = open(path, O_PATH | O_CLOEXEC);
    struct stat st;
    if (fd < 0)
        return; /* what is not there need not be read */
    struct ll_path rule = {LL_READ_FILE, fd};
    if (fstat(fd, &st) == 0 && S_ISDIR(st.st_mode))
        rule.allowed |= LL_READ_DIR;
    syscall(LL_ADD_RULE, ruleset, LL_RULE_PATH, &rule, 0);
    close(fd);
}

/* Fonts and their configuration; shared libraries (an image in a drawing loads its
 * decoder late); the dictionaries Pango breaks Thai lines with; types of files. */
static const char *const system_paths[] = {
    "/usr/share/fonts",
    "/usr/local/share/fonts",
    "/etc/fonts",
    "/usr/share/fontconfig",
    "/var/cache/fontconfig",
    "/usr/lib",
    "/usr/lib64",
    "/lib",
    "/lib64",
    "/usr/local/lib",
    "/etc/ld.so.cache",
    "/usr/share/libthai",
    "/usr/share/hyphen",
    "/usr/share/mime",
    "/dev/null",
    PKGDATADIR,
};

static bool
close_landlock(const struct wire_setup *setup)
{
    long version = syscall(LL_CREATE, NULL, 0, LL_GET_VERSION);
    if (version < 1)
        return false;
    size_t size;
    struct ll_ruleset rules = all_of_version(version, &size);
    int ruleset = (int)syscall(LL_CREATE, &rules, size, 0);
    if (ruleset < 0)
        return false;
    for (size_t i = 0; i < COUNT_OF(system_paths); i++)
        allow_reading(ruleset, system_paths[i]);
    if (setup->fonts_conf)
        allow_reading(ruleset, setup->fonts_conf);
    for (const char *const *dir = setup->read_dirs; *dir; dir++)
        allow_reading(ruleset, *dir);
    bool is_closed = syscall(LL_RESTRICT, ruleset, 0) == 0;
    close(ruleset);
    return is_closed;
}

/* clang-format off */
/* By name, because architectures differ in which they have. */
static const char *const allowed_calls[] = {
    /* memory */
    "brk", "mmap", "mmap2", "munmap", "mremap", "mprotect", "madvise", "membarrier",
    /* files, which ones is Landlock's affair */
    "open", "openat", "close", "read", "readv", "pread64", "preadv", "write", "writev",
    "lseek", "_llseek", "fstat", "fstat64", "stat", "stat64", "lstat", "lstat64",
    "newfstatat", "fstatat64", "statx", "statfs", "statfs64", "fstatfs", "fstatfs64",
    "access", "faccessat", "faccessat2", "readlink", "readlinkat", "getcwd",
    "getdents", "getdents64", "fcntl", "fcntl64", "fadvise64", "dup", "dup2", "dup3",
    /* our socket, and what GLib waits on */
    "sendmsg", "sendto", "recvmsg", "recvfrom", "poll", "ppoll", "ppoll_time64",
    "eventfd2", "pipe2",
    /* threads */
    "futex", "futex_time64", "set_robust_list", "rseq", "sched_yield",
    "sched_getaffinity", "sched_getattr", "sched_setattr", "set_tid_address", "gettid",
    "exit", "exit_group", "prctl", "arch_prctl",
    /* signals of our own */
    "rt_sigaction", "rt_sigprocmask", "rt_sigreturn", "sigreturn", "sigaltstack",
    "tgkill", "setitimer", "restart_syscall",
    /* harmless questions */
    "getpid", "getppid", "getuid", "geteuid", "getgid", "getegid", "getuid32",
    "geteuid32", "getgid32", "getegid32", "getrandom", "getrusage", "sysinfo", "uname",
    "getrlimit", "ugetrlimit", "clock_gettime", "clock_gettime64", "clock_getres",
    "clock_nanosleep", "clock_nanosleep_time64", "nanosleep", "gettimeofday", "time",
};

static const char *const deadly_calls[] = {
    "execve", "execveat", "ptrace", "process_vm_readv", "process_vm_writev", "fork",
    "vfork", "bpf", "init_module", "finit_module", "kexec_load", "mount", "umount2",
    "pivot_root", "chroot", "setns", "unshare",
};
/* clang-format on */

static void
add_calls(scmp_filter_ctx filter, uint32_t action, const char *const *names, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        int number = seccomp_syscall_resolve_name(names[i]);
        if (number != __NR_SCMP_ERROR)
            seccomp_rule_add(filter, action, number, 0);
    }
}

static bool
close_filter(void)
{
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ERRNO(EPERM));
    if (filter == NULL)
        return false;
    add_calls(filter, SCMP_ACT_ALLOW, allowed_calls, COUNT_OF(allowed_calls));
    add_calls(filter, SCMP_ACT_KILL_PROCESS, deadly_calls, COUNT_OF(deadly_calls));
    /* Threads yes, processes no. clone3 hides its flags from a filter: with ENOSYS the C
     * library falls back on clone. */
    seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(clone), 1,
                     SCMP_A0(SCMP_CMP_MASKED_EQ, CLONE_THREAD, CLONE_THREAD));
    seccomp_rule_add(filter, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3), 0);
    /* Limits may be read, and those of ourselves only. */
    seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(prlimit64), 2,
                     SCMP_A0(SCMP_CMP_EQ, 0), SCMP_A2(SCMP_CMP_EQ, 0));
    bool is_closed = seccomp_load(filter) == 0;
    seccomp_release(filter);
    return is_closed;
}

void
confine(const struct wire_setup *setup, struct confinement *ret)
{
    *ret = (struct confinement){.is_relaxed = IS_SANITIZED};
    limit(RLIMIT_CORE, 0);
    limit(RLIMIT_FSIZE, 0);
    limit(RLIMIT_NOFILE, 256);
    if (setup->memory_limit && !IS_SANITIZED)
        limit(RLIMIT_AS, (rlim_t)setup->memory_limit);
    prctl(PR_SET_DUMPABLE, 0);
    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    ret->is_landlocked = close_landlock(setup);
    ret->is_filtered = IS_SANITIZED || close_filter();
}
