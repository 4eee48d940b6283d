using DynamoCosmos.Ports;
using DynamoCosmos.Writing;

namespace DynamoCosmos.Core.Tests.Writing;

public sealed class WriteRulesTests
{
    [Theory]
    [InlineData(200, 0, WriteVerdict.Settle)]
    [InlineData(201, 0, WriteVerdict.Settle)]
    [InlineData(204, 0, WriteVerdict.Settle)]
    [InlineData(0, 0, WriteVerdict.Retry)]
    [InlineData(302, 0, WriteVerdict.Retry)]
    [InlineData(400, 0, WriteVerdict.Reject)]
    [InlineData(400, 1001, WriteVerdict.Reject)]
    [InlineData(401, 0, WriteVerdict.Stop)]
    [InlineData(403, 0, WriteVerdict.Stop)]
    [InlineData(403, 3, WriteVerdict.Retry)]
    [InlineData(403, 1008, WriteVerdict.Retry)]
    [InlineData(403, 1014, WriteVerdict.Reject)]
    [InlineData(403, 5300, WriteVerdict.Stop)]
    [InlineData(403, 5301, WriteVerdict.Stop)]
    [InlineData(404, 0, WriteVerdict.Stop)]
    [InlineData(404, 1002, WriteVerdict.Retry)]
    [InlineData(404, 1003, WriteVerdict.Stop)]
    [InlineData(404, 1013, WriteVerdict.Retry)]
    [InlineData(405, 0, WriteVerdict.Reject)]
    [InlineData(408, 0, WriteVerdict.Retry)]
    [InlineData(409, 0, WriteVerdict.Reject)]
    [InlineData(410, 0, WriteVerdict.Retry)]
    [InlineData(410, 1002, WriteVerdict.Retry)]
    [InlineData(410, 1007, WriteVerdict.Retry)]
    [InlineData(412, 0, WriteVerdict.Reject)]
    [InlineData(413, 0, WriteVerdict.Reject)]
    [InlineData(424, 0, WriteVerdict.Retry)]
    [InlineData(429, 3200, WriteVerdict.Retry)]
    [InlineData(449, 0, WriteVerdict.Retry)]
    [InlineData(500, 0, WriteVerdict.Retry)]
    [InlineData(502, 0, WriteVerdict.Retry)]
    [InlineData(503, 0, WriteVerdict.Retry)]
    [InlineData(504, 0, WriteVerdict.Retry)]
    public void Each_answer_to_an_upsert_has_its_rule(int status, int subStatus, object verdict) =>
        Assert.Equal((WriteVerdict)verdict, WriteRules.For(WriteKind.Upsert, new(status, subStatus, 0)).Verdict);

    [Theory]
    [InlineData(404, 0, WriteVerdict.Settle)]
    [InlineData(404, 1003, WriteVerdict.Stop)]
    [InlineData(204, 0, WriteVerdict.Settle)]
    [InlineData(429, 3200, WriteVerdict.Retry)]
    [InlineData(412, 0, WriteVerdict.Reject)]
    public void A_delete_of_what_is_not_there_is_done(int status, int subStatus, object verdict) =>
        Assert.Equal((WriteVerdict)verdict, WriteRules.For(WriteKind.Delete, new(status, subStatus, 0)).Verdict);

    [Theory]
    [InlineData(WriteKind.Upsert, false, 409, 0, WriteVerdict.Reject)]
    [InlineData(WriteKind.Upsert, true, 404, 0, WriteVerdict.Reject)]
    [InlineData(WriteKind.Upsert, true, 404, 1003, WriteVerdict.Stop)]
    [InlineData(WriteKind.Upsert, true, 412, 0, WriteVerdict.Reject)]
    [InlineData(WriteKind.Upsert, false, 429, 3200, WriteVerdict.Retry)]
    [InlineData(WriteKind.Delete, true, 404, 0, WriteVerdict.Settle)]
    [InlineData(WriteKind.Delete, true, 412, 0, WriteVerdict.Reject)]
    public void A_write_with_a_condition_has_rules_of_its_own(WriteKind kind, bool hasETag, int status, int subStatus, object verdict)
    {
        ItemWrite write = new(kind, "a", [], default, Condition: hasETag ? WriteCondition.IfMatch("\"1\"") : WriteCondition.IfNoneMatch);
        Assert.Equal((WriteVerdict)verdict, WriteRules.For(write, new(status, subStatus, 0)).Verdict);
    }

    [Fact]
    public void Rows_with_a_substatus_come_before_their_statuss_own_and_no_row_is_there_twice()
    {
        Assert.Equal(WriteRules.Table.Count, WriteRules.Table.Select(static rule => (rule.Status, rule.SubStatus)).Distinct().Count());
        foreach (IGrouping<int, WriteRule> rows in WriteRules.Table.GroupBy(static rule => rule.Status))
        {
            Assert.True(rows.Last().SubStatus is null && rows.SkipLast(1).All(static rule => rule.SubStatus is not null), $"{rows.Key}");
        }
    }

    [Fact]
    public void Every_rule_that_retries_pauses_and_no_other_does() =>
        Assert.All(WriteRules.Table, static rule => Assert.Equal(rule.Verdict == WriteVerdict.Retry, rule.FirstPause > TimeSpan.Zero));
}
