using DynamoCosmos.Help;

namespace DynamoCosmos.Tests.Help;

public sealed class AboutTopicTests
{
    [Fact]
    public void A_topic_is_wrapped_and_indented_as_PowerShells_own_are()
    {
        const string Topic = """
            # about_Things

            ## Short description

            What things are.

            ## Long description

            A thing is something of which one can say what it is, at a length that will not fit into eighty columns.

            ### Kinds

            - a small one, which needs so many words that its item has to go on in a second line
            - large

            | Kind | Size |
            | --- | ---: |
            | Small | 1 |
            | Large | 20 |

            ```powershell
            Get-Thing |
                Where-Object Kind
            ```
            """;
        const string Expected = """
            TOPIC
                about_Things

            SHORT DESCRIPTION
                What things are.

            LONG DESCRIPTION
                A thing is something of which one can say what it is, at a length that will
                not fit into eighty columns.

              Kinds
                - a small one, which needs so many words that its item has to go on in a
                  second line
                - large

                Kind   Size
                -----  ----
                Small  1
                Large  20

                    Get-Thing |
                        Where-Object Kind


            """;
        Assert.Equal(Expected, AboutTopic.Render(MarkdownFile.Parse("about_Things.md", Topic)), ignoreLineEndingDifferences: true);
    }

    [Fact]
    public void A_table_too_wide_for_the_console_becomes_paragraphs()
    {
        string table = PlainBlock.Table("Id\tWay out\nTableNotFound\tLook at the name and the region of the table that was asked for", 40);
        Assert.Equal("TableNotFound\n  Way out: Look at the name and the region of the table that was asked for", table);
    }
}
