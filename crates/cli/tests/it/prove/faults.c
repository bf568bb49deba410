/* Loaded into the server before its own libraries (LD_PRELOAD), it stands between SQLite and the disk, and between the
 * process and the clock.
 *
 *   FAULTS_UNDO     a folder. Before each write to cauce.db and cauce.db-wal the bytes that it replaces are kept there; a
 *                   sync forgets them. What is kept when the process dies is what a loss of power may take away.
 *   FAULTS_BROKEN   a file. While it is there, each sync of these files fails with EIO and forgets nothing.
 *   FAULTS_LYING    a file. While it is there, each sync of these files is confirmed and forgets nothing.
 *   FAULTS_CLOCK    a file of eight bytes: nanoseconds by which the wall clock is off. The monotonic clock stays right.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

struct kept {
    uint64_t at;     /* where the write begins */
    uint64_t length; /* how many old bytes follow */
    uint64_t size;   /* the size of the file before */
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static const char *broken, *lying;
static const volatile int64_t *off;
static int undo[2] = {-1, -1};

static ssize_t (*real_pwrite)(int, const void *, size_t, off64_t);
static ssize_t (*real_write)(int, const void *, size_t);
static int (*real_ftruncate)(int, off64_t);
static int (*real_fsync)(int);
static int (*real_fdatasync)(int);
static int (*real_clock)(clockid_t, struct timespec *);

__attribute__((constructor)) static void begin(void) {
    const char *names[2] = {"db", "wal"};
    const char *folder = getenv("FAULTS_UNDO"), *clock = getenv("FAULTS_CLOCK");
    real_pwrite = dlsym(RTLD_NEXT, "pwrite64");
    real_write = dlsym(RTLD_NEXT, "write");
    real_ftruncate = dlsym(RTLD_NEXT, "ftruncate64");
    real_fsync = dlsym(RTLD_NEXT, "fsync");
    real_fdatasync = dlsym(RTLD_NEXT, "fdatasync");
    real_clock = dlsym(RTLD_NEXT, "clock_gettime");
    broken = getenv("FAULTS_BROKEN");
    lying = getenv("FAULTS_LYING");
    for (int file = 0; folder && file < 2; file++) {
        char path[PATH_MAX];
        snprintf(path, sizeof path, "%s/%s", folder, names[file]);
        undo[file] = open(path, O_CREAT | O_RDWR | O_APPEND | O_CLOEXEC, 0600);
        if (undo[file] < 0) abort();
    }
    if (clock) {
        int fd = open(clock, O_RDONLY | O_CLOEXEC);
        void *page = mmap(NULL, 8, PROT_READ, MAP_SHARED, fd, 0);
        if (fd < 0 || page == MAP_FAILED) abort();
        off = page;
        close(fd);
    }
}

/* 0 for the database, 1 for its log, -1 for anything else. */
static int which(int fd) {
    char link[64], path[PATH_MAX];
    struct stat stat;
    if (fstat(fd, &stat) || !S_ISREG(stat.st_mode)) return -1;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length < 0) return -1;
    path[length] = 0;
    const char *name = strrchr(path, '/');
    if (!name) return -1;
    if (!strcmp(name, "/cauce.db")) return 0;
    return strcmp(name, "/cauce.db-wal") ? -1 : 1;
}

/* Keeps what stands between `at` and `to`. */
static void keep(int file, int fd, uint64_t at, uint64_t to) {
    struct stat stat;
    if (fstat(fd, &stat)) abort();
    uint64_t size = stat.st_size, end = to < size ? to : size;
    struct kept kept = {at, end > at ? end - at : 0, size};
    char *record = malloc(sizeof kept + kept.length);
    memcpy(record, &kept, sizeof kept);
    if (kept.length && pread64(fd, record + sizeof kept, kept.length, at) != (ssize_t)kept.length) abort();
    size_t whole = sizeof kept + kept.length;
    if (real_write(undo[file], record, whole) != (ssize_t)whole) abort();
    free(record);
}

ssize_t pwrite64(int fd, const void *bytes, size_t count, off64_t at) {
    int file = undo[0] < 0 ? -1 : which(fd);
    if (file < 0) return real_pwrite(fd, bytes, count, at);
    pthread_mutex_lock(&lock);
    keep(file, fd, at, at + count);
    ssize_t written = real_pwrite(fd, bytes, count, at);
    pthread_mutex_unlock(&lock);
    return written;
}

int ftruncate64(int fd, off64_t size) {
    int file = undo[0] < 0 ? -1 : which(fd);
    if (file < 0) return real_ftruncate(fd, size);
    pthread_mutex_lock(&lock);
    keep(file, fd, size, UINT64_MAX);
    int done = real_ftruncate(fd, size);
    pthread_mutex_unlock(&lock);
    return done;
}

static int sync_by(int (*real)(int), int fd) {
    int file = undo[0] < 0 && !broken && !lying ? -1 : which(fd);
    if (file < 0) return real(fd);
    if (lying && !access(lying, F_OK)) return 0;
    if (broken && !access(broken, F_OK)) {
        errno = EIO;
        return -1;
    }
    pthread_mutex_lock(&lock);
    int done = real(fd);
    if (!done && undo[file] >= 0 && real_ftruncate(undo[file], 0)) abort();
    pthread_mutex_unlock(&lock);
    return done;
}

int fsync(int fd) { return sync_by(real_fsync, fd); }
int fdatasync(int fd) { return sync_by(real_fdatasync, fd); }

int clock_gettime(clockid_t clock, struct timespec *now) {
    int done = real_clock(clock, now);
    if (!done && off && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE)) {
        int64_t nanos = now->tv_sec * INT64_C(1000000000) + now->tv_nsec + *off;
        now->tv_sec = nanos / 1000000000;
        now->tv_nsec = nanos % 1000000000;
    }
    return done;
}
