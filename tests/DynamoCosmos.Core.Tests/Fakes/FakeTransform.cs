using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using DynamoCosmos.Transforms;

namespace DynamoCosmos.Core.Tests.Fakes;

/// <param name="make">Given a document, and the number that its id ends in.</param>
internal sealed class FakeTransform(Func<string, int, IEnumerable<string>> make, string identity = "fake") : IDocumentTransform
{
    private int _opened;
    private int _closed;
    private int _calls;

    public string Identity => identity;

    internal int Opened => _opened;

    internal int Closed => _closed;

    internal int Calls => _calls;

    public IDocumentTransformer Open()
    {
        Interlocked.Increment(ref _opened);
        return new Transformer(this, make);
    }

    private sealed class Transformer(FakeTransform owner, Func<string, int, IEnumerable<string>> make) : IDocumentTransformer
    {
        public void Transform(ReadOnlyMemory<byte> document, ICollection<ReadOnlyMemory<byte>> into, CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref owner._calls);
            string text = Encoding.UTF8.GetString(document.Span);
            string id = JsonNode.Parse(text)!["id"]!.GetValue<string>();
            int number = int.Parse(id[(id.AsSpan().LastIndexOfAnyExceptInRange('0', '9') + 1)..], CultureInfo.InvariantCulture);
            foreach (string made in make(text, number)) into.Add(Encoding.UTF8.GetBytes(made));
            cancellationToken.ThrowIfCancellationRequested();
        }

        public void Dispose() => Interlocked.Increment(ref owner._closed);
    }
}
