using Azure.Identity;
using DynamoCosmos.Cosmos;
using Microsoft.Identity.Client;

namespace DynamoCosmos.Core.Tests.Cosmos;

public sealed class CosmosFailureTests
{
    [Theory]
    [InlineData(400, true)]
    [InlineData(401, true)]
    [InlineData(429, false)]
    [InlineData(500, false)]
    [InlineData(503, false)]
    public void Only_a_sign_in_that_was_answered_with_a_refusal_is_lasting(int status, bool isRefused)
    {
        AuthenticationFailedException failure =
            new("ClientSecretCredential authentication failed.", new MsalServiceException("code", "AADSTS…", status));
        Assert.Equal(isRefused, CosmosFailure.IsSignInRefused(failure));
        Assert.Equal(isRefused, CosmosFailure.IsSignInRefused(new AggregateException(failure)));
    }

    [Fact]
    public void A_sign_in_service_that_cannot_be_reached_has_refused_nothing()
    {
        Assert.False(CosmosFailure.IsSignInRefused(new AuthenticationFailedException("failed", new HttpRequestException("reset"))));
        Assert.False(CosmosFailure.IsSignInRefused(new CredentialUnavailableException("no endpoint")));
        Assert.False(CosmosFailure.IsSignInRefused(new MsalServiceException("code", "of something else", 401)));
    }
}
