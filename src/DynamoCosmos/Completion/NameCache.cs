using DynamoCosmos.Sessions;

namespace DynamoCosmos.Completion;

/// <summary>
/// Names that were asked for a moment ago. Nobody waits for them longer than <see cref="s_patience"/>; a question that takes longer goes on
/// for a while, so that the next press of Tab has its answer: a first sign-in through another tool can take some seconds.
/// </summary>
internal sealed class NameCache
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan s_longest = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan s_keep = TimeSpan.FromSeconds(30);

    // No names may mean no sign-in, which the user is about to mend.
    private static readonly TimeSpan s_keepNone = TimeSpan.FromSeconds(5);

    private readonly Dictionary<string, Question> _asked = new(StringComparer.Ordinal);

    internal static NameCache Shared { get; } = new();

    /// <returns>Empty where the answer is not there in time.</returns>
    internal IReadOnlyList<ResourceName> Get(string key, Func<CancellationToken, Task<IReadOnlyList<ResourceName>>> look)
    {
        Question question;
        lock (_asked)
        {
            foreach (string old in _asked.Where(static one => one.Value.IsStale).Select(static one => one.Key)
                .ToArray()) _asked.Remove(old);
            if (!_asked.TryGetValue(key, out question!)) _asked[key] = question = new(look);
        }
        return question.Await();
    }

    private sealed class Question
    {
        private readonly long _began = Environment.TickCount64;
        private readonly Task<IReadOnlyList<ResourceName>> _answer;

        // On the pool, since parts of the SDKs' sign-in block their caller whatever they are called.
        internal Question(Func<CancellationToken, Task<IReadOnlyList<ResourceName>>> look) => _answer = Task.Run(async () =>
        {
            using CancellationTokenSource limit = new(s_longest);
            return await look(limit.Token);
        });

        internal bool IsStale =>
            Environment.TickCount64 - _began > (_answer.IsCompleted ? Names.Count > 0 ? s_keep : s_keepNone : s_longest).TotalMilliseconds;

        private IReadOnlyList<ResourceName> Names => _answer.IsCompletedSuccessfully ? _answer.GetAwaiter().GetResult() : [];

        internal IReadOnlyList<ResourceName> Await()
        {
            ((IAsyncResult)_answer).AsyncWaitHandle.WaitOne(s_patience);
            return Names;
        }
    }
}
