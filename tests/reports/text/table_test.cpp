// SPDX-License-Identifier: Apache-2.0
#include "reports/text/table.hpp"

#include <gtest/gtest.h>

namespace tritsim {
namespace {

Table sample() {
  Table t;
  t.title = "Title";
  t.columns = {{"name"}, number_column("value")};
  t.rows = {{"a", "1"}, {"long name", "22,222"}};
  return t;
}

TEST(Table, TerminalAlignsColumns) {
  EXPECT_EQ(to_terminal(sample(), false),
            "Title\n"
            "name        value\n"
            "---------  ------\n"
            "a               1\n"
            "long name  22,222\n");
}

TEST(Table, TerminalSetsTheTotalApartAndPutsTheNoteLast) {
  Table t = sample();
  t.last_is_total = true;
  t.note = "note";
  const std::string text = to_terminal(t, false);
  EXPECT_NE(text.find("a               1\n---------  ------\nlong name"), std::string::npos)
      << text;
  EXPECT_TRUE(text.ends_with("22,222\nnote\n")) << text;
}

TEST(Table, ColourOnlyOnRequest) {
  EXPECT_EQ(to_terminal(sample(), false).find('\x1b'), std::string::npos);
  const std::string text = to_terminal(sample(), true);
  EXPECT_NE(text.find("\x1b[1mTitle\x1b[0m\n"), std::string::npos) << text;
}

TEST(Table, WidthIsOfCodePoints) {
  EXPECT_EQ(text_width("5 \xC2\xB5s"), 4U);
  Table t;
  t.columns = {{"x"}, {"y"}};
  t.rows = {{"\xC2\xB5\xC2\xB5", "1"}, {"ab", "2"}};
  EXPECT_EQ(to_terminal(t, false), "x   y\n--  -\n\xC2\xB5\xC2\xB5  1\nab  2\n");
}

TEST(Table, NarrowTerminalWrapsTextAndKeepsNumbersWhole) {
  Table t;
  t.columns = {{"component"}, number_column("energy of the run"), {"source of the coefficient"}};
  t.rows = {{"adders", "1,234.5 mJ", "a long explanation of where the figure comes from"},
            {"memory", "9 mJ", "a data sheet"}};
  const std::string wide = to_terminal(t, {false, 0});
  EXPECT_NE(wide.find("a long explanation of where the figure comes from\n"), std::string::npos);
  EXPECT_EQ(to_terminal(t, {false, 200}), wide) << "wide enough";
  EXPECT_EQ(to_terminal(t, {false, 44}),
            "             energy of the  source of the\n"
            "component              run  coefficient\n"
            "---------  ---------------  ----------------\n"
            "adders          1,234.5 mJ  a long\n"
            "                            explanation of\n"
            "                            where the figure\n"
            "                            comes from\n"
            "memory                9 mJ  a data sheet\n");
  EXPECT_EQ(to_terminal(t, {false, 28}),
            "component  energy of the run\n"
            "---------  -----------------\n"
            "adders            1,234.5 mJ\n"
            "memory                  9 mJ\n"
            "\n"
            "           source of the\n"
            "component  coefficient\n"
            "---------  -----------------\n"
            "adders     a long\n"
            "           explanation of\n"
            "           where the figure\n"
            "           comes from\n"
            "memory     a data sheet\n")
      << "columns that do not fit follow below";
}

TEST(Table, EmptyTableSaysSo) {
  Table t = sample();
  t.rows.clear();
  EXPECT_EQ(to_terminal(t, false), "Title\nname  value\n----  -----\n(nothing)\n");
  EXPECT_EQ(to_markdown(t), "### Title\n\n| name | value |\n|---|---:|\n");
  EXPECT_EQ(to_csv(t), "name,value\r\n");
  EXPECT_NE(to_html(t).find("<td colspan=\"2\">nothing</td>"), std::string::npos);
}

TEST(Table, NoColumnsAtAll) {
  EXPECT_NO_THROW((void)to_terminal(Table{}, true));
  EXPECT_NO_THROW((void)to_html(Table{}));
  EXPECT_EQ(to_csv(Table{}), "\r\n");
}

TEST(Table, ShortRowsAreFilledLongOnesCut) {
  Table t = sample();
  t.rows = {{"only"}, {"b", "2", "beyond"}};
  EXPECT_EQ(to_csv(t), "name,value\r\nonly,\r\nb,2\r\n");
  EXPECT_EQ(to_markdown(t).find("beyond"), std::string::npos);
}

TEST(Table, MarkdownEscapes) {
  Table t = sample();
  t.rows = {{"a|b <i> layers.*.x_y", "two\nlines"}};
  EXPECT_NE(to_markdown(t).find("| a\\|b \\<i\\> layers.\\*.x\\_y | two lines |\n"),
            std::string::npos)
      << to_markdown(t);
}

TEST(Table, HtmlEscapes) {
  Table t = sample();
  t.title = "a \"b\" <c>";
  t.rows = {{"<script>alert('&')</script>", "1"}};
  const std::string html = to_html(t);
  EXPECT_NE(html.find("&lt;script&gt;alert(&#39;&amp;&#39;)&lt;/script&gt;"), std::string::npos);
  EXPECT_NE(html.find("aria-label=\"a &quot;b&quot; &lt;c&gt;\""), std::string::npos);
  EXPECT_EQ(html.find("<script>"), std::string::npos);
  EXPECT_NE(html.find("<td class=\"n\">1</td>"), std::string::npos) << "numbers to the right";
}

TEST(Table, CsvQuotes) {
  Table t = sample();
  t.rows = {{"a,b", "say \"hi\""}, {"line\nbreak", " spaces "}};
  EXPECT_EQ(to_csv(t), "name,value\r\n\"a,b\",\"say \"\"hi\"\"\"\r\n\"line\nbreak\", spaces \r\n");
}

TEST(Table, CsvHoldsNoFormulas) {
  Table t = sample();
  t.rows.clear();
  for (const char* text : {"=1+1", "@SUM(A1)", "+cmd|' /C calc'!A0", "-2+3", "-a", "=", "-"}) {
    t.rows.push_back({text, ""});
  }
  for (const char* number : {"-5", "+6 %", "-1.5e-05", "-3 W/K", "-0", "+2"}) {
    t.rows.push_back({"number", number});
  }
  EXPECT_EQ(
      to_csv(t),
      "name,value\r\n'=1+1,\r\n'@SUM(A1),\r\n'+cmd|' /C calc'!A0,\r\n'-2+3,\r\n'-a,\r\n=,\r\n-,\r\n"
      "number,-5\r\nnumber,+6 %\r\nnumber,-1.5e-05\r\nnumber,-3 W/K\r\nnumber,-0\r\n"
      "number,+2\r\n");
}

TEST(Wrap, BreaksAtSpacesAndIndents) {
  EXPECT_EQ(wrap("one two three", 8), "one two\nthree\n");
  EXPECT_EQ(wrap("one two three", 10, "  "), "  one two\n  three\n");
  EXPECT_EQ(wrap("unbreakable word", 4), "unbreakable\nword\n");
  EXPECT_EQ(wrap("", 10), "");
}

}  // namespace
}  // namespace tritsim
