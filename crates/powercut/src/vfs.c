/* The SQLite file system "powercut": the default one, except that every change to a database, its write-ahead log and
** its rollback journal is also appended to the file DATABASE.ops, and that nothing is ever really synced: what a sync
** would have made durable is for the reader of DATABASE.ops to work out.
**
** While a file DATABASE.fail-sync exists, syncs fail as they do on a broken disk.
**
** Shared memory is not journalled: a power cut takes all of it.
**
** A record is: file kind (1 byte), operation (1 byte), 6 zero bytes, offset, length (8 bytes each, this machine's
** order), and for a write `length` bytes. Appending is one system call, so records of two connections do not mix. */
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

#include "sqlite3.h"

typedef struct PowercutFile {
    sqlite3_file base;
    int ops;            /* descriptor of DATABASE.ops, or -1: not journalled */
    char kind;          /* 'd' database, 'w' write-ahead log, 'j' rollback journal */
    char *fail_sync;    /* DATABASE.fail-sync */
    sqlite3_file *real; /* lies behind this structure */
} PowercutFile;

static sqlite3_vfs *real_vfs(sqlite3_vfs *vfs) { return (sqlite3_vfs *)vfs->pAppData; }
static sqlite3_file *real(sqlite3_file *file) { return ((PowercutFile *)file)->real; }

static void append(int ops, char kind, char operation, int64_t offset, int64_t length, const void *data) {
    unsigned char header[24] = {(unsigned char)kind, (unsigned char)operation};
    size_t data_length = data ? (size_t)length : 0;
    struct iovec parts[2] = {{header, sizeof header}, {(void *)data, data_length}};
    if (ops < 0) return;
    memcpy(header + 8, &offset, 8);
    memcpy(header + 16, &length, 8);
    if (writev(ops, parts, 2) != (ssize_t)(sizeof header + data_length)) {
        fprintf(stderr, "powercut: cannot append to the journal of operations\n");
        abort();
    }
}

static int open_ops(const char *database, int flags) {
    char *path = sqlite3_mprintf("%s.ops", database);
    int ops = path ? open(path, O_WRONLY | O_APPEND | O_CLOEXEC | flags, 0600) : -1;
    sqlite3_free(path);
    return ops;
}

static int file_close(sqlite3_file *file) {
    PowercutFile *self = (PowercutFile *)file;
    if (self->ops >= 0) close(self->ops);
    sqlite3_free(self->fail_sync);
    return self->real->pMethods->xClose(self->real);
}

static int file_read(sqlite3_file *file, void *buffer, int length, sqlite3_int64 offset) {
    return real(file)->pMethods->xRead(real(file), buffer, length, offset);
}

static int file_write(sqlite3_file *file, const void *data, int length, sqlite3_int64 offset) {
    PowercutFile *self = (PowercutFile *)file;
    int result = self->real->pMethods->xWrite(self->real, data, length, offset);
    append(self->ops, self->kind, 'w', offset, length, data);
    return result;
}

static int file_truncate(sqlite3_file *file, sqlite3_int64 size) {
    PowercutFile *self = (PowercutFile *)file;
    int result = self->real->pMethods->xTruncate(self->real, size);
    append(self->ops, self->kind, 't', size, 0, 0);
    return result;
}

static int file_sync(sqlite3_file *file, int flags) {
    PowercutFile *self = (PowercutFile *)file;
    (void)flags;
    if (self->fail_sync && access(self->fail_sync, F_OK) == 0) return SQLITE_IOERR_FSYNC;
    append(self->ops, self->kind, 's', 0, 0, 0);
    return SQLITE_OK;
}

static int file_size(sqlite3_file *file, sqlite3_int64 *size) {
    return real(file)->pMethods->xFileSize(real(file), size);
}

static int file_lock(sqlite3_file *file, int lock) { return real(file)->pMethods->xLock(real(file), lock); }
static int file_unlock(sqlite3_file *file, int lock) { return real(file)->pMethods->xUnlock(real(file), lock); }

static int file_check_reserved_lock(sqlite3_file *file, int *out) {
    return real(file)->pMethods->xCheckReservedLock(real(file), out);
}

static int file_control(sqlite3_file *file, int operation, void *argument) {
    return real(file)->pMethods->xFileControl(real(file), operation, argument);
}

static int file_sector_size(sqlite3_file *file) { return real(file)->pMethods->xSectorSize(real(file)); }

/* Atomic batches would pass by the journal. */
static int file_characteristics(sqlite3_file *file) {
    return real(file)->pMethods->xDeviceCharacteristics(real(file)) & SQLITE_IOCAP_POWERSAFE_OVERWRITE;
}

static int file_shm_map(sqlite3_file *file, int page, int size, int extend, void volatile **out) {
    return real(file)->pMethods->xShmMap(real(file), page, size, extend, out);
}

static int file_shm_lock(sqlite3_file *file, int offset, int count, int flags) {
    return real(file)->pMethods->xShmLock(real(file), offset, count, flags);
}

static void file_shm_barrier(sqlite3_file *file) { real(file)->pMethods->xShmBarrier(real(file)); }

static int file_shm_unmap(sqlite3_file *file, int delete_it) {
    return real(file)->pMethods->xShmUnmap(real(file), delete_it);
}

/* Version 2: shared memory, but no memory-mapped reading and writing. */
static const sqlite3_io_methods methods = {
    2,           file_close,       file_read,        file_write,           file_truncate,
    file_sync,   file_size,        file_lock,        file_unlock,          file_check_reserved_lock,
    file_control, file_sector_size, file_characteristics, file_shm_map,    file_shm_lock,
    file_shm_barrier, file_shm_unmap, 0, 0};

static int vfs_open(sqlite3_vfs *vfs, sqlite3_filename name, sqlite3_file *file, int flags, int *out_flags) {
    PowercutFile *self = (PowercutFile *)file;
    const char *database = 0;
    int existed = 0, result;
    memset(self, 0, sizeof *self);
    self->ops = -1;
    self->real = (sqlite3_file *)(self + 1);
    if (flags & SQLITE_OPEN_MAIN_DB) self->kind = 'd', database = name;
    if (flags & SQLITE_OPEN_WAL) self->kind = 'w', database = sqlite3_filename_database(name);
    if (flags & SQLITE_OPEN_MAIN_JOURNAL) self->kind = 'j', database = sqlite3_filename_database(name);
    if (name) existed = access(name, F_OK) == 0;
    result = real_vfs(vfs)->xOpen(real_vfs(vfs), name, self->real, flags, out_flags);
    if (result != SQLITE_OK) {
        if (self->real->pMethods) self->real->pMethods->xClose(self->real);
        return result;
    }
    if (database) {
        self->ops = open_ops(database, O_CREAT);
        self->fail_sync = sqlite3_mprintf("%s.fail-sync", database);
        if (!existed) append(self->ops, self->kind, 'c', 0, 0, 0);
    }
    self->base.pMethods = &methods;
    return SQLITE_OK;
}

static int vfs_delete(sqlite3_vfs *vfs, const char *name, int sync_folder) {
    int result = real_vfs(vfs)->xDelete(real_vfs(vfs), name, sync_folder);
    const char *dash = strrchr(name, '-');
    if (result == SQLITE_OK && dash && (strcmp(dash, "-wal") == 0 || strcmp(dash, "-journal") == 0)) {
        char *database = sqlite3_mprintf("%.*s", (int)(dash - name), name);
        int ops = database ? open_ops(database, 0) : -1;
        append(ops, dash[1], 'x', sync_folder, 0, 0);
        if (ops >= 0) close(ops);
        sqlite3_free(database);
    }
    return result;
}

static int vfs_access(sqlite3_vfs *vfs, const char *name, int flags, int *out) {
    return real_vfs(vfs)->xAccess(real_vfs(vfs), name, flags, out);
}

static int vfs_full_pathname(sqlite3_vfs *vfs, const char *name, int length, char *out) {
    return real_vfs(vfs)->xFullPathname(real_vfs(vfs), name, length, out);
}

static int vfs_randomness(sqlite3_vfs *vfs, int length, char *out) {
    return real_vfs(vfs)->xRandomness(real_vfs(vfs), length, out);
}

static int vfs_sleep(sqlite3_vfs *vfs, int micros) { return real_vfs(vfs)->xSleep(real_vfs(vfs), micros); }

static int vfs_current_time(sqlite3_vfs *vfs, double *out) {
    return real_vfs(vfs)->xCurrentTime(real_vfs(vfs), out);
}

static int vfs_last_error(sqlite3_vfs *vfs, int length, char *out) {
    return real_vfs(vfs)->xGetLastError(real_vfs(vfs), length, out);
}

static int vfs_current_time_64(sqlite3_vfs *vfs, sqlite3_int64 *out) {
    return real_vfs(vfs)->xCurrentTimeInt64(real_vfs(vfs), out);
}

__attribute__((constructor)) static void register_powercut(void) {
    static sqlite3_vfs vfs;
    sqlite3_vfs *standard = sqlite3_vfs_find(0);
    if (!standard) return;
    vfs.iVersion = 2;
    vfs.szOsFile = (int)sizeof(PowercutFile) + standard->szOsFile;
    vfs.mxPathname = standard->mxPathname;
    vfs.zName = "powercut";
    vfs.pAppData = standard;
    vfs.xOpen = vfs_open;
    vfs.xDelete = vfs_delete;
    vfs.xAccess = vfs_access;
    vfs.xFullPathname = vfs_full_pathname;
    vfs.xRandomness = vfs_randomness;
    vfs.xSleep = vfs_sleep;
    vfs.xCurrentTime = vfs_current_time;
    vfs.xGetLastError = vfs_last_error;
    vfs.xCurrentTimeInt64 = vfs_current_time_64;
    sqlite3_vfs_register(&vfs, 0);
}
