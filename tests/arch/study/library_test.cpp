// SPDX-License-Identifier: Apache-2.0
#include "arch/study/library.hpp"

#include <filesystem>

#include <gtest/gtest.h>

#include "tests/support/directory.hpp"

namespace tritsim {
namespace {

using test::message_of;

/// Two folders: the first has a board and a model of one name, and a board that the second has too.
class LibraryTest : public testing::Test {
 protected:
  LibraryTest() {
    for (const char* folder : {"mine/boards", "mine/models", "shipped/boards"}) {
      std::filesystem::create_directories(directory_.path(folder));
    }
    directory_.write("mine/boards/both.yaml", "kind: board\nname: Mine\nsource: \"me\"\n");
    directory_.write("mine/models/both.yaml", "kind: model\nname: A model\n");
    directory_.write("mine/boards/card_1.5.yaml", "kind: board\nname: Dotted\n");
    directory_.write("mine/boards/notes.yaml", "just: notes\n");
    directory_.write("mine/boards/broken.yaml", "kind: [\n");
    directory_.write("shipped/boards/both.yaml", "kind: board\nname: Shipped\n");
    directory_.write("shipped/boards/other.yaml", "kind: board\nname: Other\n");
  }

  test::Directory directory_;
  Library library_{
      {directory_.path("mine"), directory_.path("not there"), directory_.path("shipped")}};
};

TEST_F(LibraryTest, AKindTellsFilesOfOneNameApart) {
  EXPECT_EQ(library_.find("both", {"board"}), directory_.path("mine/boards/both.yaml"));
  EXPECT_EQ(library_.find("both", {"model"}), directory_.path("mine/models/both.yaml"));
  EXPECT_EQ(library_.find("other", {"model", "board"}),
            directory_.path("shipped/boards/other.yaml"));
}

TEST_F(LibraryTest, NamesHaveDots) {
  EXPECT_EQ(library_.find("card_1.5", {"board"}), directory_.path("mine/boards/card_1.5.yaml"));
}

TEST_F(LibraryTest, PathsStayThatTheyAre) {
  for (const char* path : {"boards/none.yaml", "none.yaml", "./both", ""}) {
    EXPECT_EQ(library_.find(path, {"board"}), path);
  }
}

TEST_F(LibraryTest, AnUnknownNameIsRefusedWithTheNearest) {
  const std::string near = message_of([&] { static_cast<void>(library_.find("othr", {"board"})); });
  EXPECT_NE(near.find("did you mean 'other'?"), std::string::npos) << near;
  EXPECT_NE(near.find(directory_.path("shipped")), std::string::npos)
      << "where it looked: " << near;
  const std::string none =
      message_of([&] { static_cast<void>(library_.find("quite_another", {"board"})); });
  EXPECT_NE(none.find("'tritsim list board' names all"), std::string::npos) << none;
}

TEST_F(LibraryTest, ListsEachNameOnceTheFirstFolderFirst) {
  const std::vector<LibraryEntry> boards = library_.entries("board");
  ASSERT_EQ(boards.size(), 3U) << "notes and broken files are no descriptions";
  EXPECT_EQ(boards[0], (LibraryEntry{"both", "board", "Mine", "me",
                                     directory_.path("mine/boards/both.yaml")}));
  EXPECT_EQ(boards[1].name, "card_1.5");
  EXPECT_EQ(boards[2].title, "Other");
  EXPECT_EQ(library_.entries().size(), 4U);
}

}  // namespace
}  // namespace tritsim
