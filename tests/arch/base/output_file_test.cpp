// SPDX-License-Identifier: Apache-2.0
// Effects of an output on existing files, and what it leaves behind.
#include "arch/base/output_file.hpp"

#include <csignal>
#include <filesystem>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "arch/base/file_ledger.hpp"
#include "arch/base/input_file.hpp"
#include "tests/support/directory.hpp"

namespace tritsim {
namespace {

namespace fs = std::filesystem;
using test::Directory;
using test::message_of;

std::string text_of(const std::string& path) {
  return read_input(path, largest_file::any);
}

std::size_t files_in(const Directory& d) {
  return static_cast<std::size_t>(
      std::distance(fs::directory_iterator(d.path()), fs::directory_iterator()));
}

TEST(OutputFile, IsThereWholeOrNotAtAll) {
  const Directory d;
  d.write("a", "old");
  {
    OutputFile out(d.path("a"));
    out.write(std::string(200'000, 'x'));
    EXPECT_EQ(text_of(d.path("a")), "old");
  }
  EXPECT_EQ(text_of(d.path("a")), "old");
  EXPECT_EQ(files_in(d), 1U);
  {
    OutputFile out(d.path("b"));
    out.write("new");
    EXPECT_FALSE(fs::exists(d.path("b")));
    out.commit();
  }
  EXPECT_EQ(text_of(d.path("b")), "new");
  EXPECT_EQ(files_in(d), 2U);
}

TEST(OutputFile, KeepsPermissions) {
  const Directory d;
  d.write("a", "old");
  fs::permissions(d.path("a"), fs::perms(0640));
  write_output(d.path("a"), "new");
  EXPECT_EQ(fs::status(d.path("a")).permissions(), fs::perms(0640));
  const mode_t mask = ::umask(022);
  write_output(d.path("b"), "new");
  ::umask(mask);
  EXPECT_EQ(fs::status(d.path("b")).permissions(), fs::perms(0644));
}

TEST(OutputFile, FollowsSymbolicLinksAndKeepsThem) {
  const Directory d;
  fs::create_directory(d.path("far"));
  d.write("far/target", "old");
  fs::create_symlink("far/target", d.path("link"));
  fs::create_symlink("link", d.path("twice"));
  write_output(d.path("twice"), "new");
  EXPECT_TRUE(fs::is_symlink(d.path("twice")));
  EXPECT_TRUE(fs::is_symlink(d.path("link")));
  EXPECT_EQ(text_of(d.path("far/target")), "new");
  fs::create_symlink("far/absent", d.path("dangling"));
  write_output(d.path("dangling"), "made");
  EXPECT_TRUE(fs::is_symlink(d.path("dangling")));
  EXPECT_EQ(text_of(d.path("far/absent")), "made");
  fs::create_symlink("loop", d.path("loop"));
  EXPECT_NE(message_of([&] { write_output(d.path("loop"), ""); }).find("symbolic links"),
            std::string::npos);
}

TEST(OutputFile, LeavesFilesOfItsTemporaryNamesAlone) {
  const Directory d;
  const std::string taken = ".tritsim-" + std::to_string(::getpid()) + "-0";
  d.write("victim", "mine");
  fs::create_symlink("victim", d.path(taken));
  d.write("out.part", "mine, too");
  write_output(d.path("out"), "new");
  EXPECT_EQ(text_of(d.path("out")), "new");
  EXPECT_FALSE(fs::is_symlink(d.path("out")));
  EXPECT_EQ(text_of(d.path("victim")), "mine");
  EXPECT_EQ(text_of(d.path("out.part")), "mine, too");
  EXPECT_EQ(files_in(d), 4U);
}

TEST(OutputFile, RefusesWhatIsNoFile) {
  const Directory d;
  EXPECT_EQ(message_of([&] { OutputFile out(d.path()); }),
            d.path() + ": is a directory; name a file in it");
  fs::create_directory(d.path("in"));
  EXPECT_EQ(message_of([&] { OutputFile out(d.path("in")); }),
            d.path("in") + ": is a directory; name a file");
  EXPECT_EQ(message_of([&] { OutputFile out(d.path("none/x")); }),
            d.path("none/x") + ": cannot write the file: No such file or directory");
  EXPECT_EQ(message_of([&] { OutputFile out(""); }),
            "the name of an output file is empty; give it a name");
  ASSERT_EQ(::mkfifo(d.path("fifo").c_str(), 0600), 0);
  EXPECT_EQ(
      message_of([&] { OutputFile out(d.path("fifo")); }),
      d.path("fifo") + ": is a pipe that nobody reads; start its reader first, or name a file");
}

TEST(OutputFile, WritesThroughDevicesAndPipes) {
  write_output("/dev/null", "nothing");
  EXPECT_TRUE(fs::is_character_file("/dev/null"));
  EXPECT_EQ(message_of([&] { write_output("/dev/full", "too much"); }),
            "/dev/full: cannot write the file: No space left on device");
  const Directory d;
  ASSERT_EQ(::mkfifo(d.path("fifo").c_str(), 0600), 0);
  const int reader = ::open(d.path("fifo").c_str(), O_RDONLY | O_NONBLOCK);
  ASSERT_GE(reader, 0);
  write_output(d.path("fifo"), "through");
  std::string text(20, '\0');
  text.resize(static_cast<std::size_t>(::read(reader, text.data(), text.size())));
  EXPECT_EQ(text, "through");
  EXPECT_TRUE(fs::is_fifo(d.path("fifo")));
  ::close(reader);
}

TEST(OutputFile, ANodeOfADeviceStaysOne) {
  const Directory d;
  const std::string full = d.path("full");
  if (::mknod(full.c_str(), S_IFCHR | 0600, makedev(1, 7)) != 0) GTEST_SKIP() << "needs root";
  EXPECT_EQ(message_of([&] { write_output(full, "x"); }),
            full + ": cannot write the file: No space left on device");
  EXPECT_TRUE(fs::is_character_file(full));
  const std::string disk = d.path("disk");
  ASSERT_EQ(::mknod(disk.c_str(), S_IFBLK | 0600, makedev(7, 250)), 0);
  EXPECT_EQ(message_of([&] { write_output(disk, "x"); }),
            disk + ": is a block device; name a file");
  EXPECT_EQ(message_of([&] { static_cast<void>(text_of(disk)); }),
            disk + ": is a device; write what it gives to a file, and name that");
}

TEST(OutputFile, AFullDiskLeavesWhatWasThere) {
  const Directory d;
  d.write("a", "old");
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &before), 0);
  const auto handler = std::signal(SIGXFSZ, SIG_IGN);
  const rlimit small{1 << 16, before.rlim_max};
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &small), 0);
  const std::string said =
      message_of([&] { write_output(d.path("a"), std::string(1 << 18, 'x')); });
  ::setrlimit(RLIMIT_FSIZE, &before);
  std::signal(SIGXFSZ, handler);
  EXPECT_EQ(said, d.path("a") + ": cannot write the file: File too large");
  EXPECT_EQ(text_of(d.path("a")), "old");
  EXPECT_EQ(files_in(d), 1U);
}

TEST(FileLedger, AnInputIsNeverAnOutput) {
  const Directory d;
  d.write("in", "text");
  fs::create_symlink("in", d.path("link"));
  fs::create_hard_link(d.path("in"), d.path("same"));
  const FileLedger ledger;
  static_cast<void>(text_of(d.path("in")));
  for (const char* name : {"in", "link", "same"}) {
    EXPECT_EQ(message_of([&] { OutputFile out(d.path(name)); }),
              d.path(name) + ": is an input of this command; name another file for the output");
  }
  // Read after it was opened.
  d.write("later", "text");
  OutputFile out(d.path("later"));
  static_cast<void>(text_of(d.path("later")));
  EXPECT_NE(message_of([&] { out.commit(); }), "accepted");
  EXPECT_EQ(text_of(d.path("later")), "text");
}

TEST(FileLedger, NoFileIsWrittenTwice) {
  const Directory d;
  const FileLedger ledger;
  write_output(d.path("out"), "once");
  EXPECT_EQ(message_of([&] { OutputFile out(d.path("./out")); }),
            d.path("./out") +
                ": is already an output of this command; name another file for one of them");
}

TEST(FileLedger, WithoutOneFilesAreReadAndWrittenAgain) {
  const Directory d;
  write_output(d.path("a"), "1");
  EXPECT_EQ(text_of(d.path("a")), "1");
  write_output(d.path("a"), "2");
  EXPECT_EQ(text_of(d.path("a")), "2");
}

TEST(InputFile, RefusesWhatIsNoFileAtOnce) {
  const Directory d;
  const auto said = [](const std::string& path) {
    return message_of([&] { static_cast<void>(read_input(path, largest_file::page)); });
  };
  EXPECT_EQ(said(d.path("none")), d.path("none") +
                                      ": cannot open the file: No such file or directory; check "
                                      "the path and its permissions");
  EXPECT_EQ(said("/dev/zero"),
            "/dev/zero: is a device; write what it gives to a file, and name that");
  ASSERT_EQ(::mkfifo(d.path("fifo").c_str(), 0600), 0);
  EXPECT_EQ(said(d.path("fifo")),
            d.path("fifo") + ": is a pipe; write what it gives to a file, and name that");
  EXPECT_EQ(said(d.path("")), d.path("") + ": is a directory; name a file");
  EXPECT_EQ(said(std::string("a\0b", 3)).find("holds a null character") == std::string::npos,
            false);
}

TEST(InputFile, RefusesAHugeFileUnread) {
  const Directory d;
  d.write("sparse", "");
  fs::resize_file(d.path("sparse"), std::uintmax_t{200} << 30);
  EXPECT_EQ(
      message_of([&] { static_cast<void>(read_input(d.path("sparse"), largest_file::document)); }),
      d.path("sparse") +
          ": has more than 64 MiB; no file of this kind is so large; check "
          "that it is the one you mean");
  d.write("edge", "12345");
  EXPECT_EQ(read_input(d.path("edge"), 5), "12345");
  EXPECT_NE(message_of([&] { static_cast<void>(read_input(d.path("edge"), 4)); }), "accepted");
}

TEST(InputFile, ReadsFilesWhoseSizeIsNotSaid) {
  EXPECT_FALSE(read_input("/proc/self/status", largest_file::document).empty());
}

}  // namespace
}  // namespace tritsim
